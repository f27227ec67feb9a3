package io.millrace.topics.violations;

import io.millrace.runtime.lifecycle.ServiceType;

/** A topic that holds its owner: against the arrows. */
public final class TopicsThatKnowRuntime {

  ServiceType owner;
}
