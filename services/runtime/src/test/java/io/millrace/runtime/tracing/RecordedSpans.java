package io.millrace.runtime.tracing;

import io.millrace.runtime.records.TraceSpan;
import io.millrace.runtime.records.Traces;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Takes the spans of this process, as an exporter would, and keeps them. */
public final class RecordedSpans implements AutoCloseable {

  private final List<TraceSpan> spans = new CopyOnWriteArrayList<>();
  private final Consumer<TraceSpan> sink = spans::add;

  /** Takes spans from now on. */
  public RecordedSpans() {
    Traces.exportTo(sink);
  }

  /** All spans so far. */
  public List<TraceSpan> all() {
    return List.copyOf(spans);
  }

  /** The names of all spans so far. */
  public List<String> names() {
    return spans.stream().map(TraceSpan::name).toList();
  }

  /** The only span of a name. */
  public TraceSpan only(String name) {
    List<TraceSpan> found = spans.stream().filter(it -> it.name().equals(name)).toList();
    if (found.size() != 1) {
      throw new AssertionError(found.size() + " spans are called " + name + ": " + names());
    }
    return found.getFirst();
  }

  @Override
  public void close() {
    Traces.stopExportTo(sink);
  }
}
