package io.millrace.runtime.records;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The contexts of the last traced records, by what they are about, for links from what comes later.
 * In memory only: after a restart a link is missing, and nothing else. Not thread-safe.
 */
public final class RecentTraces {

  private static final int MOST = 10_000;

  private final Map<String, TraceContext> contexts =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, TraceContext> eldest) {
          return size() > MOST;
        }
      };

  /** Keeps the context of a record; does nothing unless spans are exported. */
  public void keep(String key, @Nullable Headers headers) {
    Traces.sampled(headers).ifPresent(it -> contexts.put(key, it));
  }

  /** The context that was kept last for a key. */
  public Optional<TraceContext> find(String key) {
    return Optional.ofNullable(contexts.get(key));
  }
}
