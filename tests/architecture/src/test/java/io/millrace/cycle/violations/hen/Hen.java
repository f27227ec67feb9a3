package io.millrace.cycle.violations.hen;

import io.millrace.cycle.violations.egg.Egg;

/** One of two packages that use each other. */
public final class Hen {

  Egg laid;
}
