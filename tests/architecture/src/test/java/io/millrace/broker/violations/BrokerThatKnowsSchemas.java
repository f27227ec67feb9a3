package io.millrace.broker.violations;

import io.millrace.schemas.Subject;

/** A broker that knows what it carries: against the arrows. */
public final class BrokerThatKnowsSchemas {

  Subject subject;
}
