package io.millrace.runtime;

import io.millrace.schemas.avro.ModelManifest;

/**
 * A complete version of a model, read from its topic and checked against its digest.
 *
 * @param manifest what it is
 * @param bytes the safetensors bytes; empty for a model published elsewhere
 */
public record ModelVersion(ModelManifest manifest, byte[] bytes) {}
