package io.millrace.tests.system;

import io.millrace.runtime.testing.KafkaTestClient;
import io.millrace.runtime.testing.MillraceProcess;
import io.millrace.runtime.tracing.SpanCollector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * One {@code millrace up} with its own broker and all services, for all tests that do not disturb
 * it. Steps are small, so that versions appear soon. Each test uses names of its own.
 */
final class SharedMillrace implements AutoCloseable {

  private final Path folder;
  private final String bootstrap;
  private final SpanCollector spans = new SpanCollector();
  private final MillraceProcess millrace;
  private final KafkaTestClient client;

  private SharedMillrace() {
    try {
      folder = Files.createTempDirectory("millrace-up");
      int port = MillraceProcess.freePort();
      bootstrap = "127.0.0.1:" + port;
      Map<String, String> settings = new HashMap<>(MillraceProcess.SMALL_STEPS);
      settings.put("otel.exporter.otlp.endpoint", spans.endpoint());
      millrace = MillraceProcess.up(folder, settings, "--port", Integer.toString(port));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    millrace.awaitReady();
    client = new KafkaTestClient(bootstrap);
  }

  /** The address of its broker. */
  String bootstrap() {
    return bootstrap;
  }

  /** Its working folder. */
  Path folder() {
    return folder;
  }

  /** A client of its broker; stays open. */
  KafkaTestClient client() {
    return client;
  }

  /** Sends a body to an HTTP route of it; see {@link MillraceProcess#post}. */
  String post(String path, byte[] body, String... headers) {
    return millrace.post(path, body, headers);
  }

  /** Takes the spans of records that are traced. */
  SpanCollector spans() {
    return spans;
  }

  /** Fails if it has ended. */
  void assertAlive() {
    millrace.assertAlive();
  }

  @Override
  public void close() throws IOException, InterruptedException {
    client.close();
    millrace.kill();
    spans.close();
    TestFolders.delete(folder);
  }

  /** Gives tests the shared instance, which is closed after the last test. */
  static final class Extension implements ParameterResolver {

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
      return parameter.getParameter().getType() == SharedMillrace.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext test) {
      return test.getRoot()
          .getStore(Namespace.GLOBAL)
          .computeIfAbsent(SharedMillrace.class, type -> new SharedMillrace());
    }
  }
}
