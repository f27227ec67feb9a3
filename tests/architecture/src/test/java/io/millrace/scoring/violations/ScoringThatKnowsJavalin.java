package io.millrace.scoring.violations;

import io.javalin.Javalin;

/** An HTTP server outside of the runtime. */
public final class ScoringThatKnowsJavalin {

  Javalin server;
}
