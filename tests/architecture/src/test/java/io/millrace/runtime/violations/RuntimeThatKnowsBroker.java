package io.millrace.runtime.violations;

import io.millrace.broker.EmbeddedBroker;

/** A runtime that brings its broker: against the arrows. */
public final class RuntimeThatKnowsBroker {

  EmbeddedBroker broker;
}
