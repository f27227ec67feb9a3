package io.millrace.cli.demo.progress;

import java.util.List;

/** Shows progress. Used by one thread. */
public interface ProgressView extends AutoCloseable {

  /** Announces the phase that begins. */
  void announce(String line);

  /** Shows the progress of the streams, in place of what it showed before. */
  void show(List<StreamProgress> streams);

  /** Releases the terminal; the last progress stays visible. */
  @Override
  void close();
}
