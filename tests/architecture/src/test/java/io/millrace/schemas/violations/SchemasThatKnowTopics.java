package io.millrace.schemas.violations;

import io.millrace.topics.Topics;

/** A schema that names its topic: against the arrows. */
public final class SchemasThatKnowTopics {

  Topics topics = new Topics("");
}
