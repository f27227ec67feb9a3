/**
 * The Open Inference Protocol, version 2 (KServe's {@code open-inference-protocol}, which Triton
 * and MLServer speak too), with Triton's binary tensor extension. The path of a request:
 *
 * <ol>
 *   <li>{@link io.millrace.console.inference.InferenceRoutes} gets it. Start reading there.
 *   <li>{@link io.millrace.console.inference.InferRequestReader} reads its tensors.
 *   <li>{@link io.millrace.console.inference.ServedModels} finds what answers: the version that
 *       serves, which follows the models topic, or one that the request names.
 *   <li>{@link io.millrace.console.inference.VisionInferenceModel} or {@link
 *       io.millrace.console.inference.ClassifierInferenceModel} makes its input of the tensors, and
 *       waits in the version's {@link io.millrace.console.inference.BatchQueue}: what comes at once
 *       is answered together, by the code that answers the topics ({@code scoring.answers}).
 *   <li>{@link io.millrace.console.inference.InferResponseWriter} writes the answer.
 * </ol>
 */
@NullMarked
package io.millrace.console.inference;

import org.jspecify.annotations.NullMarked;
