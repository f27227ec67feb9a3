package io.millrace.runtime.lifecycle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.http.EventStream;
import io.millrace.runtime.http.HttpResponse;
import io.millrace.runtime.http.HttpRoute;
import io.millrace.runtime.http.HttpStatusException;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.testing.TestKafka;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** What routes of services can take and answer: methods, bodies, headers, later answers, events. */
final class HttpRoutesTest {

  private static final int BOUND = 40_000;
  private static final String TOKEN = "token-of-the-test-0123456789";

  private final CompletableFuture<HttpResponse> later = new CompletableFuture<>();
  private final BlockingQueue<EventStream> listeners = new ArrayBlockingQueue<>(100);
  private final List<HttpRoute> routes =
      List.of(
          HttpRoute.post(
              "/things/{id}",
              BOUND,
              request ->
                  HttpResponse.of(
                          201,
                          request.header("Content-Type").orElse("text/plain"),
                          ("%s %d".formatted(request.pathParam("id"), request.body().length))
                              .getBytes(UTF_8))
                      .with("X-Thing", request.header("x-thing").orElse("none"))),
          HttpRoute.put("/things/{id}", BOUND, request -> HttpResponse.empty(204)),
          HttpRoute.delete("/things/{id}", request -> HttpResponse.empty(204)),
          HttpRoute.get("/later", request -> HttpResponse.later(later)),
          HttpRoute.get("/events", request -> HttpResponse.events(listeners::add)),
          HttpRoute.get(
              "/gone",
              request -> {
                throw HttpStatusException.notFound("it is gone");
              }),
          HttpRoute.get(
              "/strange",
              request -> {
                throw HttpStatusException.unsupportedType("send a cat");
              }),
          HttpRoute.get("/<file>", request -> HttpResponse.of(200, "text/html", new byte[0]))
              .open("/page.html"::equals));

  @Test
  void aRouteTakesABodyAndHeadersAndAnswersWithStatusTypeAndHeaders() throws Exception {
    try (var http = endpoint(Map.of())) {
      String answer =
          raw(http, "POST /things/7", "Content-Type: image/png\r\nX-Thing: box\r\n", bytes(100));

      assertThat(answer)
          .startsWith("HTTP/1.1 201 ")
          .contains("Content-Type: image/png", "X-Thing: box")
          .endsWith("\r\n\r\n7 100");
      assertThat(raw(http, "PUT /things/7", "", bytes(1))).startsWith("HTTP/1.1 204 ");
      assertThat(raw(http, "DELETE /things/7", "", bytes(0))).startsWith("HTTP/1.1 204 ");
      assertThat(raw(http, "DELETE /things/7", "", bytes(1))).startsWith("HTTP/1.1 413 ");
    }
  }

  @Test
  void aBodyMayHaveTheBoundAndNotAByteMore() throws Exception {
    try (var http = endpoint(Map.of())) {
      assertThat(raw(http, "POST /things/7", "", bytes(BOUND))).endsWith("7 " + BOUND);
      assertThat(raw(http, "POST /things/7", "", bytes(BOUND + 1)))
          .startsWith("HTTP/1.1 413 ")
          .contains("larger than 40000 bytes");
      assertThat(chunked(http, BOUND)).startsWith("HTTP/1.1 201 ").contains("7 " + BOUND);
      assertThat(chunked(http, BOUND + 1)).startsWith("HTTP/1.1 413 ");
      assertThat(chunked(http, 0)).startsWith("HTTP/1.1 201 ").contains("7 0");
    }
  }

  @Test
  void aBodyOf100MegabytesIsRefusedBeforeItIsRead() throws Exception {
    try (var http = endpoint(Map.of());
        var socket = new Socket("127.0.0.1", http.port())) {
      String head =
          "POST /things/7 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000000\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(UTF_8));

      assertThat(line(socket.getInputStream())).startsWith("HTTP/1.1 413 ");
    }
  }

  @Test
  void aCompressedBodyIsDecompressedWithinItsBound() throws Exception {
    try (var http = endpoint(Map.of())) {
      for (String gzip : List.of("gzip", "x-gzip", "GZIP")) {
        assertThat(compressed(http, gzip, gzip(new byte[BOUND]))).as(gzip).endsWith("7 " + BOUND);
      }
      var deflated = new ByteArrayOutputStream();
      try (var deflate = new DeflaterOutputStream(deflated)) {
        deflate.write(new byte[300]);
      }
      assertThat(compressed(http, "deflate", deflated.toByteArray())).endsWith("7 300");
      assertThat(compressed(http, "identity", bytes(3))).endsWith("7 3");
      assertThat(compressed(http, "gzip", gzip(new byte[BOUND + 1])))
          .startsWith("HTTP/1.1 413 ")
          .contains("larger than 40000 bytes");
      byte[] bomb = gzip(new byte[30_000_000]); // Some 30,000 bytes.
      assertThat(bomb.length).isLessThan(BOUND);
      assertThat(compressed(http, "gzip", bomb)).startsWith("HTTP/1.1 413 ");
    }
  }

  @Test
  void aBodyThatIsNotCompressedAsItSaysIsRefused() throws Exception {
    try (var http = endpoint(Map.of())) {
      byte[] whole = gzip("seven".getBytes(UTF_8));
      assertThat(compressed(http, "gzip", "seven, but plain".getBytes(UTF_8)))
          .startsWith("HTTP/1.1 400 ")
          .contains("not compressed as its Content-Encoding says");
      assertThat(compressed(http, "gzip", Arrays.copyOf(whole, whole.length - 9)))
          .startsWith("HTTP/1.1 400 ");
      assertThat(compressed(http, "br", whole))
          .startsWith("HTTP/1.1 415 ")
          .contains("may be gzip, deflate or identity, was br", "Accept-Encoding: gzip, deflate");
      assertThat(compressed(http, "gzip, gzip", whole)).startsWith("HTTP/1.1 415 ");
      assertThat(compressed(http, "gzip\r\nContent-Encoding: gzip", whole))
          .startsWith("HTTP/1.1 415 ")
          .contains("was gzip, gzip");
    }
  }

  @Test
  void whatIsCompressedHasTheBoundToo() throws Exception {
    var blocks = new ByteArrayOutputStream();
    var deflate = new DeflaterOutputStream(blocks, true);
    deflate.write(1);
    while (blocks.size() <= BOUND) {
      deflate.flush(); // An empty block: more bytes of nothing.
      deflate.write(1);
    }
    deflate.close();

    try (var http = endpoint(Map.of())) {
      assertThat(chunked(http, "Content-Encoding: deflate\r\n", blocks.toByteArray()))
          .startsWith("HTTP/1.1 413 ");
    }
  }

  @Test
  void aTypeThatIsNotTakenIsNoMatterOfCompression() throws Exception {
    try (var http = endpoint(Map.of())) {
      assertThat(raw(http, "GET /strange", "", bytes(0)))
          .startsWith("HTTP/1.1 415 ")
          .contains("send a cat")
          .doesNotContain("Accept-Encoding");
    }
  }

  private static String compressed(HttpEndpoint http, String coding, byte[] body)
      throws IOException {
    return raw(http, "POST /things/7", "Content-Encoding: " + coding + "\r\n", body);
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    var compressed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(compressed)) {
      gzip.write(bytes);
    }
    return compressed.toByteArray();
  }

  @Test
  void anAnswerIsCompressedForAClientThatTakesIt() throws Exception {
    later.complete(HttpResponse.json("[" + " ".repeat(10_000) + "]"));
    try (var http = endpoint(Map.of())) {
      assertThat(raw(http, "GET /later", "Accept-Encoding: gzip\r\n", bytes(0)))
          .contains("Content-Encoding: gzip")
          .hasSizeLessThan(1000);
      assertThat(raw(http, "GET /later", "", bytes(0))).hasSizeGreaterThan(10_000);
    }
  }

  @Test
  void aMethodThatAPathDoesNotHaveIsAnsweredWithThoseThatItHas() throws Exception {
    try (var http = endpoint(Map.of())) {
      assertThat(raw(http, "PATCH /things/7", "", bytes(0)))
          .startsWith("HTTP/1.1 405 ")
          .contains("Allow: POST, PUT, DELETE, OPTIONS", "/things/7 has not the method PATCH");
      for (String method : List.of("GET", "HEAD")) { // Also beside a route of any path.
        assertThat(raw(http, method + " /things/7", "", bytes(0)))
            .startsWith("HTTP/1.1 405 ")
            .contains("Allow: POST, PUT, DELETE, OPTIONS");
      }
      assertThat(raw(http, "OPTIONS /things/7", "", bytes(0)))
          .startsWith("HTTP/1.1 204 ")
          .contains("Allow: POST, PUT, DELETE, OPTIONS");
      for (String path :
          List.of("/later", "/events", "/health/live", "/health/ready", "/openapi.json")) {
        assertThat(raw(http, "POST " + path, "", bytes(0)))
            .as(path)
            .startsWith("HTTP/1.1 405 ")
            .contains("Allow: GET, HEAD, OPTIONS");
      }
      for (String method : List.of("POST", "PUT", "DELETE")) {
        assertThat(raw(http, method + " /metrics", "", bytes(0)))
            .as(method)
            .startsWith("HTTP/1.1 405 ")
            .contains("Allow: GET, HEAD, OPTIONS");
      }
      assertThat(raw(http, "OPTIONS /metrics", "", bytes(0)))
          .startsWith("HTTP/1.1 204 ")
          .contains("Allow: GET, HEAD, OPTIONS");
      assertThat(raw(http, "POST /nothing", "", bytes(0))).startsWith("HTTP/1.1 404 ");
    }
  }

  @Test
  void theHeadOfAStreamOfEventsEndsAtOnce() throws Exception {
    try (var http = endpoint(Map.of())) {
      assertThat(raw(http, "HEAD /events", "", bytes(0)))
          .startsWith("HTTP/1.1 200 ")
          .contains("Content-Type: text/event-stream")
          .endsWith("\r\n\r\n");
      assertThat(listeners).isEmpty();
    }
  }

  @Test
  void aBodyMayComeMoreSlowlyThanAHead() throws Exception {
    try (var http = endpoint(Map.of(), Duration.ofSeconds(10));
        var socket = new Socket("127.0.0.1", http.port())) {
      String head =
          "POST /things/7 HTTP/1.1\r\n"
              + "Host: localhost\r\n"
              + "Connection: close\r\n"
              + "Expect: 100-continue\r\n"
              + "Content-Length: 100\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(UTF_8));
      assertThat(line(socket.getInputStream())).startsWith("HTTP/1.1 100 "); // It has the head.
      assertThat(line(socket.getInputStream())).isEmpty();

      http.sweep(System.nanoTime());
      http.sweep(System.nanoTime() + Duration.ofSeconds(30).toNanos());
      socket.getOutputStream().write(bytes(100));

      assertThat(line(socket.getInputStream())).startsWith("HTTP/1.1 201 ");
      assertThat(http.evicted()).isZero();
    }
  }

  @Test
  void aBodyThatEndsEarlyIsNoFailureOfTheServer() throws Exception {
    try (var http = endpoint(Map.of());
        var socket = new Socket("127.0.0.1", http.port())) {
      String head = "POST /things/7 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nx";
      socket.getOutputStream().write(head.getBytes(UTF_8));
      socket.shutdownOutput();

      assertThat(line(socket.getInputStream())).startsWith("HTTP/1.1 400 ");
    }
  }

  @Test
  void aHeadIsThatOfWhatIsRead() throws Exception {
    later.complete(HttpResponse.json("[1, 2]"));
    try (var http = endpoint(Map.of())) {
      assertThat(raw(http, "HEAD /later", "", bytes(0)))
          .startsWith("HTTP/1.1 200 ")
          .contains("Content-Type: application/json", "Content-Length: 6")
          .endsWith("\r\n\r\n");
      assertThat(raw(http, "HEAD /gone", "", bytes(0)))
          .startsWith("HTTP/1.1 404 ")
          .endsWith("\r\n\r\n");
      assertThat(raw(http, "HEAD /page.html", "", bytes(0)))
          .startsWith("HTTP/1.1 200 ")
          .endsWith("\r\n\r\n");
    }
  }

  @Test
  void anAnswerThatComesLaterHoldsNoThread() throws Exception {
    try (var http = endpoint(Map.of("http.threads", "1"))) {
      List<Socket> waiting = new ArrayList<>();
      for (int i = 0; i < 12; i++) { // Fewer than may wait for a thread.
        waiting.add(send(http, "GET /later", "", bytes(0)));
      }

      assertThat(raw(http, "POST /things/7", "", bytes(1))).startsWith("HTTP/1.1 201 ");
      later.complete(HttpResponse.json("[]"));
      for (Socket socket : waiting) {
        assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8)).endsWith("[]");
        socket.close();
      }
    }
  }

  @Test
  void anAnswerThatFailsLaterIsTheError() throws Exception {
    later.completeExceptionally(HttpStatusException.timedOut("no prediction came"));
    try (var http = endpoint(Map.of())) {
      assertThat(raw(http, "GET /later", "", bytes(0)))
          .startsWith("HTTP/1.1 504 ")
          .endsWith("{\"error\":\"no prediction came\"}");
    }
  }

  @Test
  void aClientGetsEventsUntilTheStreamIsClosed() throws Exception {
    try (var http = endpoint(Map.of());
        var socket = send(http, "GET /events", "", bytes(0))) {
      var reader = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
      EventStream stream = listeners.take();
      stream.send("version", "{\"n\":1}");

      assertThat(reader.readLine()).startsWith("HTTP/1.1 200 ");
      List<String> lines = new ArrayList<>();
      for (String line = reader.readLine(); !line.startsWith("data"); line = reader.readLine()) {
        lines.add(line);
      }
      assertThat(lines).contains("Content-Type: text/event-stream;charset=utf-8", "event: version");
      stream.close();
      String line = "";
      while (line != null) {
        line = reader.readLine();
      }
      assertThat(stream.send("version", "{}")).isFalse();
    }
  }

  @Test
  void whoHasEventsNeverWaitsForAClientThatDoesNotRead() throws Exception {
    try (var http = endpoint(Map.of());
        var socket = send(http, "GET /events", "", bytes(0))) {
      EventStream stream = listeners.take();
      var closed = new CountDownLatch(1);
      stream.onClosed(closed::countDown);
      String data = "x".repeat(100_000);

      int sent = 0;
      while (stream.send("flood", data)) {
        sent++;
      }

      closed.await();
      assertThat(sent).isLessThan(2_000);
      socket.setSoTimeout(30_000);
      awaitEnd(socket);
    }
  }

  /** Reads what is left; fails if the server does not end the connection. */
  private static void awaitEnd(Socket socket) throws IOException {
    byte[] rest = new byte[65_536];
    try {
      while (socket.getInputStream().read(rest) >= 0) {
        // What had been sent before.
      }
    } catch (SocketException e) {
      // Reset, since something was left to be sent.
    }
  }

  @Test
  void aStreamOutlivesTheTimeInWhichOtherAnswersMustBeComplete() throws Exception {
    try (var http = endpoint(Map.of());
        var socket = send(http, "GET /events", "", bytes(0))) {
      EventStream stream = listeners.take();
      for (long second = 0; second < 600; second += 30) {
        stream.comment("at " + second);
        String wanted = ": at " + second;
        while (!line(socket.getInputStream()).equals(wanted)) {
          assertThat(stream.isOpen()).isTrue();
        }
        http.sweep(System.nanoTime() + second * 1_000_000_000L);
      }

      assertThat(stream.isOpen()).isTrue();
      assertThat(http.evicted()).isZero();
      http.sweep(System.nanoTime() + Duration.ofHours(1).toNanos());
      http.sweep(System.nanoTime() + Duration.ofHours(2).toNanos());
      assertThat(http.evicted()).isOne();
    }
  }

  @Test
  void streamsAreAQuarterOfTheConnectionsAtMost() throws Exception {
    try (var http = endpoint(Map.of("http.connections.max", "8"))) {
      Socket first = send(http, "GET /events", "", bytes(0));
      Socket second = send(http, "GET /events", "", bytes(0));
      EventStream stream = listeners.take();
      listeners.take();

      assertThat(raw(http, "GET /events", "", bytes(0))).startsWith("HTTP/1.1 503 ");
      stream.close();
      TestKafka.await(
          "a place",
          () -> {
            try (Socket third = send(http, "GET /events", "", bytes(0))) {
              return line(third.getInputStream()).contains(" 200 ");
            } catch (IOException e) {
              return false;
            }
          });
      first.close();
      second.close();
    }
  }

  @Test
  void pagesOfOtherSitesDoNotWrite() throws Exception {
    try (var http = endpoint(Map.of())) {
      String own = "Origin: http://localhost\r\n";
      assertThat(raw(http, "POST /things/7", own, bytes(1))).startsWith("HTTP/1.1 201 ");
      String other = "Origin: http://elsewhere.example\r\n";
      assertThat(raw(http, "POST /things/7", other, bytes(1))).startsWith("HTTP/1.1 403 ");
      for (String none : List.of("null", "x", "", "://", "localhost")) {
        assertThat(raw(http, "POST /things/7", "Origin: " + none + "\r\n", bytes(1)))
            .as(none)
            .startsWith("HTTP/1.1 403 ");
      }
    }
  }

  @Test
  void whoAsksByANameOfAnotherSiteIsRefused() throws Exception {
    try (var http = endpoint(Map.of())) {
      String rebound = "elsewhere.example:" + http.port();
      assertThat(statusFor(http, "DELETE /things/7", rebound)).isEqualTo("403");
      assertThat(statusFor(http, "GET /other.html", rebound)).isEqualTo("403");
      assertThat(statusFor(http, "GET /metrics", rebound)).isEqualTo("403");
      assertThat(statusFor(http, "GET /health/live", rebound)).isEqualTo("200");
      for (String own : List.of("localhost", "LOCALHOST", "127.0.0.1", "[::1]")) {
        assertThat(statusFor(http, "GET /other.html", own + ":9404")).as(own).isEqualTo("200");
      }
    }
    try (var http = endpoint(Map.of("http.token", TOKEN));
        var socket = new Socket("127.0.0.1", http.port())) {
      String proxied =
          "GET /other.html HTTP/1.1\r\nHost: millrace.example\r\nAuthorization: Bearer "
              + TOKEN
              + "\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(proxied.getBytes(UTF_8));
      assertThat(line(socket.getInputStream())).startsWith("HTTP/1.1 200 ");
    }
  }

  private static String statusFor(HttpEndpoint http, String line, String host) throws IOException {
    try (var socket = new Socket("127.0.0.1", http.port())) {
      String head = line + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(UTF_8));
      return line(socket.getInputStream()).split(" ")[1];
    }
  }

  @Test
  void aPageIsForEveryoneAndWhatItShowsIsNot() throws Exception {
    try (var http = endpoint(Map.of("http.token", TOKEN))) {
      String bearer = "Authorization: Bearer " + TOKEN + "\r\n";
      assertThat(raw(http, "GET /page.html", "", bytes(0))).startsWith("HTTP/1.1 200 ");
      assertThat(raw(http, "GET /other.html", "", bytes(0))).startsWith("HTTP/1.1 401 ");
      assertThat(raw(http, "POST /things/7", "", bytes(1))).startsWith("HTTP/1.1 401 ");
      assertThat(raw(http, "POST /things/7", bearer, bytes(1))).startsWith("HTTP/1.1 201 ");
    }
  }

  private HttpEndpoint endpoint(Map<String, String> more) {
    return endpoint(more, Duration.ofHours(1));
  }

  private HttpEndpoint endpoint(Map<String, String> more, Duration head) {
    Map<String, String> settings = new HashMap<>(Map.of("http.port", "0"));
    settings.putAll(more);
    return new HttpEndpoint(
        Settings.of(settings).common().http(),
        new PrometheusRegistry(),
        List.of(new ReadyService(routes)),
        head);
  }

  private static byte[] bytes(int length) {
    return new byte[length];
  }

  private static Socket send(HttpEndpoint http, String line, String headers, byte[] body)
      throws IOException {
    Socket socket = new Socket("127.0.0.1", http.port());
    String length = body.length == 0 ? "" : "Content-Length: " + body.length + "\r\n";
    String head =
        line + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + headers + length + "\r\n";
    socket.getOutputStream().write(head.getBytes(UTF_8));
    socket.getOutputStream().write(body);
    return socket;
  }

  private static String raw(HttpEndpoint http, String line, String headers, byte[] body)
      throws IOException {
    try (var socket = send(http, line, headers, body)) {
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }

  private static String chunked(HttpEndpoint http, int length) throws IOException {
    return chunked(http, "", bytes(length));
  }

  private static String chunked(HttpEndpoint http, String headers, byte[] body) throws IOException {
    String all = headers + "Transfer-Encoding: chunked\r\n";
    try (var socket = send(http, "POST /things/7", all, bytes(0))) {
      OutputStream out = socket.getOutputStream();
      if (body.length > 0) {
        out.write("%x\r\n".formatted(body.length).getBytes(UTF_8));
        out.write(body);
        out.write("\r\n".getBytes(UTF_8));
      }
      out.write("0\r\n\r\n".getBytes(UTF_8));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }

  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
      line.append((char) next);
    }
    return line.toString().strip();
  }
}
