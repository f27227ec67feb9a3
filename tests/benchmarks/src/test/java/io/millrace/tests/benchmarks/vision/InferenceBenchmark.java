package io.millrace.tests.benchmarks.vision;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import io.millrace.cli.settings.ServiceRegistry;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.lifecycle.ServiceHost;
import io.millrace.runtime.settings.Settings;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Inference over HTTP: the latency of one image asked by one client after the other, and requests/s
 * of one image each by many clients, at rest and while the vision service learns in the same
 * process. The clients are in that process too and take their share of the processors. Run by name:
 *
 * <pre>
 * mvn -pl tests/benchmarks -am test -Dtest=InferenceBenchmark \
 *     -Dsurefire.failIfNoSpecifiedTests=false -Dtest.heap=3g \
 *     [-Dtest.flags="-Dbenchmark.seconds=20 -Dbenchmark.clients=64"]
 * </pre>
 */
final class InferenceBenchmark {

  /** Its time holds that of the clients, and of the service that learns. */
  private static final OperatingSystemMXBean PROCESS =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private static final Duration LENGTH =
      Duration.ofSeconds(Integer.getInteger("benchmark.seconds", 20));
  private static final int CLIENTS = Integer.getInteger("benchmark.clients", 64);
  private static final int IMAGES = 6_000;

  @TempDir private Path folder;

  @Test
  void latencyAndThroughputOfSingleImages() throws Exception {
    IdxDataset digits = IdxDataset.read(IdxDataset.MNIST, "train");
    List<Integer> first = IntStream.range(0, IMAGES).boxed().toList();
    try (var run = new VisionRun(folder, Map.of("http.port", "0"))) {
      run.start();
      run.examples().send(digits, first);
      run.newest();
      Settings settings = run.settings();
      Service console =
          ServiceRegistry.byName(List.of("console")).getFirst().create().apply(settings);
      try (var host = ServiceHost.start(settings, List.of(console));
          ExecutorService clients = Executors.newCachedThreadPool()) {
        awaitReady(host);
        byte[] json = json(digits, 0);
        byte[] binary = binary(digits, 0);
        measure("at rest, JSON", host, clients, json);
        measure("at rest, binary", host, clients, binary);
        Future<?> learning = clients.submit(() -> learn(run, digits, first));
        measure("while vision learns, JSON", host, clients, json);
        measure("while vision learns, binary", host, clients, binary);
        learning.cancel(true);
        clients.shutdownNow();
      }
      run.assertWell();
    }
  }

  private static void awaitReady(ServiceHost host) {
    while (!host.ready()) {
      assertThat(host.failure()).isEmpty();
      LockSupport.parkNanos(10_000_000);
    }
  }

  /** Sends more as it is learned, so that there is always something to learn. */
  private static void learn(VisionRun run, IdxDataset digits, List<Integer> some) {
    while (!Thread.currentThread().isInterrupted()) {
      run.examples().send(digits, some);
      LockSupport.parkNanos(100_000_000);
    }
  }

  private static void measure(String how, ServiceHost host, ExecutorService clients, byte[] request)
      throws Exception {
    ask(host, clients, request, 4, LENGTH.dividedBy(4)); // To get warm.
    long[] alone = ask(host, clients, request, 1, LENGTH);
    report(how + ": one client, requests/s", alone.length / (double) LENGTH.toSeconds());
    report(how + ": one client, median ms", quantile(alone, 0.5));
    report(how + ": one client, 99th percentile, ms", quantile(alone, 0.99));
    long processor = PROCESS.getProcessCpuTime();
    long[] together = ask(host, clients, request, CLIENTS, LENGTH);
    processor = PROCESS.getProcessCpuTime() - processor;
    report(how + ": many clients, requests/s", together.length / (double) LENGTH.toSeconds());
    report(how + ": processor time of a request, ms", processor / 1e6 / together.length);
    report(how + ": many clients, median ms", quantile(together, 0.5));
    report(how + ": many clients, 99th percentile, ms", quantile(together, 0.99));
  }

  /** The time of each request, in nanoseconds, ascending. */
  private static long[] ask(
      ServiceHost host, ExecutorService threads, byte[] request, int clients, Duration length)
      throws Exception {
    long end = System.nanoTime() + length.toNanos();
    List<Future<List<Long>>> asking = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      asking.add(threads.submit(() -> ask(host.httpPort(), request, end)));
    }
    List<Long> all = new ArrayList<>();
    for (Future<List<Long>> one : asking) {
      all.addAll(one.get());
    }
    return all.stream().mapToLong(Long::longValue).sorted().toArray();
  }

  private static List<Long> ask(int port, byte[] request, long end) throws IOException {
    List<Long> nanos = new ArrayList<>();
    try (var socket = new Socket("127.0.0.1", port)) {
      socket.setTcpNoDelay(true);
      var in = new BufferedInputStream(socket.getInputStream());
      while (System.nanoTime() < end) {
        long begun = System.nanoTime();
        socket.getOutputStream().write(request);
        assertThat(readAnswer(in)).startsWith("HTTP/1.1 200");
        nanos.add(System.nanoTime() - begun);
      }
    }
    return nanos;
  }

  /** Reads an answer to its end; returns the head. */
  private static String readAnswer(InputStream in) throws IOException {
    var head = new StringBuilder();
    while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
      head.append((char) in.read());
    }
    String length = "content-length: ";
    int at = head.toString().toLowerCase(Locale.ROOT).indexOf(length) + length.length();
    in.readNBytes(Integer.parseInt(head.substring(at, head.indexOf("\r\n", at))));
    return head.toString();
  }

  private static byte[] json(IdxDataset digits, int index) {
    byte[] samples = digits.image(index);
    var data = new StringBuilder();
    for (byte sample : samples) {
      data.append(data.isEmpty() ? "" : ",").append((sample & 0xff) / 255f);
    }
    String body =
        "{\"inputs\":[{\"name\":\"images\",\"shape\":[1,1,28,28],\"datatype\":\"FP32\",\"data\":[%s]}],"
                .formatted(data)
            + "\"outputs\":[{\"name\":\"labels\"},{\"name\":\"probabilities\"}]}";
    return request("", body.getBytes(ISO_8859_1));
  }

  private static byte[] binary(IdxDataset digits, int index) {
    byte[] samples = digits.image(index);
    String json =
        "{\"inputs\":[{\"name\":\"images\",\"shape\":[1,1,28,28],\"datatype\":\"FP32\","
            + "\"parameters\":{\"binary_data_size\":3136}}],"
            + "\"outputs\":[{\"name\":\"labels\"},{\"name\":\"probabilities\"}]}";
    ByteBuffer body =
        ByteBuffer.allocate(json.length() + Float.BYTES * samples.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(json.getBytes(ISO_8859_1));
    for (byte sample : samples) {
      body.putFloat((sample & 0xff) / 255f);
    }
    return request("Inference-Header-Content-Length: " + json.length() + "\r\n", body.array());
  }

  private static byte[] request(String header, byte[] body) {
    String head =
        "POST /v2/models/vision/infer HTTP/1.1\r\nHost: localhost\r\n%sContent-Length: %d\r\n\r\n"
            .formatted(header, body.length);
    byte[] request = Arrays.copyOf(head.getBytes(ISO_8859_1), head.length() + body.length);
    System.arraycopy(body, 0, request, head.length(), body.length);
    return request;
  }

  private static double quantile(long[] sorted, double share) {
    return sorted[(int) (share * (sorted.length - 1))] / 1e6;
  }

  private static void report(String what, double figure) {
    System.out.printf(Locale.ROOT, "%-60s %,14.3f%n", what, figure);
  }
}
