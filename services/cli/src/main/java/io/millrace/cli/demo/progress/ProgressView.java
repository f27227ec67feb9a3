package io.millrace.cli.demo.progress;

import java.util.List;

/** Where progress is shown. Used by one thread. */
public interface ProgressView extends AutoCloseable {

  /** Says what begins now. */
  void announce(String line);

  /** Shows how far the streams have come; what it showed before is out of date. */
  void show(List<StreamProgress> streams);

  /** Leaves what was shown last and gives the screen back. */
  @Override
  void close();
}
