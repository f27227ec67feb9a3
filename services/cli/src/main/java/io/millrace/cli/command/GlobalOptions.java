package io.millrace.cli.command;

/** The options that every command has, as a command sees them on its parent. */
public interface GlobalOptions {

  /** Whether logs and errors show more. */
  boolean verbose();
}
