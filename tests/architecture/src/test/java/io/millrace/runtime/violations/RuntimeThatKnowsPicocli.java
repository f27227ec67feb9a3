package io.millrace.runtime.violations;

import picocli.CommandLine;

/** A runtime that reads the command line. */
public final class RuntimeThatKnowsPicocli {

  CommandLine arguments;
}
