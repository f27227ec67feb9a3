package io.millrace.cycle.violations.egg;

import io.millrace.cycle.violations.hen.Hen;

/** The other. */
public final class Egg {

  Hen hatched;
}
