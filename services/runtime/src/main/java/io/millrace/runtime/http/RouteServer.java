package io.millrace.runtime.http;

import io.javalin.http.Context;
import io.millrace.runtime.records.RequestTrace;
import io.millrace.runtime.records.TraceContext;
import io.millrace.runtime.records.Traces;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.io.Connection;

/**
 * Answers requests to {@link HttpRoute}s. On the server's virtual threads, which may wait, it:
 *
 * <ol>
 *   <li>reads the body, within its bounds;
 *   <li>decompresses it and lets the responder compute, on the threads of {@link RequestExecutor};
 *   <li>waits for a response that comes later;
 *   <li>writes the response, or events for as long as the client listens.
 * </ol>
 *
 * Safe for several threads.
 */
public final class RouteServer implements AutoCloseable {

  private static final Duration KEEP_ALIVE = Duration.ofSeconds(15);

  /** Of the connections, at most a quarter are streams. */
  private static final int CONNECTIONS_PER_STREAM = 4;

  /** Of the heap, at most an eighth holds bodies of requests. */
  private static final int HEAP_PER_BODIES = 8;

  private final RequestExecutor executor;
  private final ConnectionGuard guard;
  private final BodyReader bodies;
  private final int maxStreams;
  private final Duration keepAlive;
  private final Set<QueuedEventStream> streams = ConcurrentHashMap.newKeySet();
  private volatile boolean isClosed;

  /**
   * A server without requests.
   *
   * @param maxConnections the most connections of the HTTP server
   */
  public RouteServer(RequestExecutor executor, ConnectionGuard guard, int maxConnections) {
    this(executor, guard, maxConnections, KEEP_ALIVE);
  }

  RouteServer(
      RequestExecutor executor, ConnectionGuard guard, int maxConnections, Duration keepAlive) {
    this.executor = executor;
    this.guard = guard;
    this.bodies = new BodyReader(Runtime.getRuntime().maxMemory() / HEAP_PER_BODIES);
    this.maxStreams = Math.max(1, maxConnections / CONNECTIONS_PER_STREAM);
    this.keepAlive = keepAlive;
  }

  /** Streams of events that are open. */
  public int streams() {
    return streams.size();
  }

  /**
   * Answers a request.
   *
   * @throws HttpStatusException if it is answered by an error
   */
  public void answer(Context context, HttpRoute route) throws Exception {
    HttpResponse response;
    TraceFilter.routed(context.req(), route);
    try (var body = bodies.read(context.req(), route.maxBodyBytes())) {
      var asked = new RoutedRequest(context, body);
      response =
          executor.answer(() -> {
            body.decompress();
            return during(asked, () -> route.responder().respond(asked));
          });
      while (response instanceof HttpResponse.Deferred<?> later) {
        response = await(later);
      }
    }
    switch (response) {
      case HttpResponse.Complete whole -> write(context, whole);
      case HttpResponse.Events events -> stream(context, events);
      case HttpResponse.Deferred<?> _ -> throw new IllegalStateException("waited for above");
    }
  }

  /** What is measured meanwhile is an example of the request's trace. */
  private static HttpResponse during(HttpRoute.Request asked, Callable<HttpResponse> work)
      throws Exception {
    if (!Traces.areExported()) {
      return work.call();
    }
    Optional<TraceContext> context = asked.trace().context();
    return context.isPresent() ? Traces.during(context.get(), work) : work.call();
  }

  private <T> HttpResponse await(HttpResponse.Deferred<T> later) throws Exception {
    try {
      T result =
          later
              .result()
              .toCompletableFuture()
              .get(executor.longest().toMillis(), TimeUnit.MILLISECONDS);
      return later.response().apply(result);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    } catch (TimeoutException e) {
      throw HttpStatusException.unavailable(
          "there is no answer within " + executor.longest().toSeconds() + " s; try again later");
    }
  }

  private static void write(Context context, HttpResponse.Complete response) {
    context.status(response.status());
    if (!response.contentType().isEmpty()) {
      context.contentType(response.contentType());
    }
    response.headers().forEach(context::header);
    context.result(response.body());
  }

  private void stream(Context context, HttpResponse.Events events) throws Exception {
    Connection connection = connection(context.req());
    var stream = new QueuedEventStream(() -> connection.getEndPoint().close());
    streams.add(stream);
    try {
      if (streams.size() > maxStreams || isClosed) {
        throw HttpStatusException.unavailable(
            "too many clients listen to events already (" + maxStreams + "); try again later");
      }
      guard.streams(connection);
      HttpServletResponse answer = context.res();
      answer.setContentType("text/event-stream");
      answer.setCharacterEncoding("UTF-8");
      answer.setHeader("Cache-Control", "no-store");
      answer.setHeader("X-Accel-Buffering", "no"); // Asks proxies to pass events on at once.
      if (context.req().getMethod().equals("HEAD")) {
        return; // The head is all that was asked for.
      }
      OutputStream out = answer.getOutputStream();
      answer.flushBuffer();
      events.subscriber().accept(stream);
      stream.write(out, keepAlive);
    } catch (IOException e) {
      // The client has gone, or was cut for being slow: nothing else fails to be written.
    } finally {
      streams.remove(stream);
      guard.streamed(connection);
      stream.ended();
    }
  }

  private static Connection connection(HttpServletRequest request) {
    return ServletContextRequest.getServletContextRequest(request)
        .getConnectionMetaData()
        .getConnection();
  }

  /** Ends all streams. */
  @Override
  public void close() {
    isClosed = true;
    streams.forEach(QueuedEventStream::abort);
  }

  private record RoutedRequest(Context context, BodyReader.Body content)
      implements HttpRoute.Request {

    @Override
    public String pathParam(String name) {
      return context.pathParam(name);
    }

    @Override
    public Optional<String> queryParam(String name) {
      return Optional.ofNullable(context.queryParam(name));
    }

    @Override
    public Optional<String> header(String name) {
      return Optional.ofNullable(context.header(name));
    }

    @Override
    public RequestTrace trace() {
      return TraceFilter.of(context.req());
    }

    @Override
    public byte[] body() {
      return content.bytes();
    }
  }
}
