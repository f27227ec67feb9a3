package io.millrace.cli.demo;

import java.util.List;

/** Where progress is shown. Used by one thread. */
interface ProgressView extends AutoCloseable {

  /** Says what begins now. */
  void say(String line);

  /** Shows how far the streams have come; what it showed before is out of date. */
  void show(List<StreamStatus> streams);

  /** Leaves what was shown last and gives the screen back. */
  @Override
  void close();
}
