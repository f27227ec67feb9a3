package io.millrace.runtime.http;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;

/** What a route answers: something whole, something that comes later, or a stream of events. */
public sealed interface HttpResponse {

  /**
   * A response that is complete.
   *
   * @param status the HTTP status code, 200 to 599
   * @param contentType the media type; empty for none
   * @param headers further headers, in their order
   * @param body the bytes; not copied, and not changed by anyone
   */
  record Complete(int status, String contentType, Map<String, String> headers, byte[] body)
      implements HttpResponse {
    public Complete {
      if (status < 200 || status > 599) {
        throw new IllegalArgumentException("status must be from 200 to 599, was " + status);
      }
      headers = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    /** The same response with one header more. */
    public Complete with(String header, String value) {
      Map<String, String> more = new LinkedHashMap<>(headers);
      more.put(header, value);
      return new Complete(status, contentType, more, body);
    }
  }

  /**
   * A response that is not there yet. No thread that computes waits for it. It is waited for as
   * long as any response may take, see {@link RequestExecutor}; then the status is 503.
   *
   * @param result a failure with {@link HttpStatusException} is answered by that error
   * @param response makes the response of the result, on the thread that writes it
   */
  record Deferred<T>(
      CompletionStage<T> result, Function<? super T, ? extends HttpResponse> response)
      implements HttpResponse {}

  /**
   * Server-sent events (WHATWG HTML, section 9.2), until the client, the service or the server ends
   * the stream.
   *
   * @param subscriber gets the stream once its head was sent, and returns at once; who has events
   *     sends them to the stream from any thread
   */
  record Events(Consumer<EventStream> subscriber) implements HttpResponse {}

  /** Status 200, as JSON. */
  static Complete json(String json) {
    return json(200, json);
  }

  /** As JSON. */
  static Complete json(int status, String json) {
    return json(status, json.getBytes(StandardCharsets.UTF_8));
  }

  /** As JSON in UTF-8. */
  static Complete json(int status, byte[] json) {
    return of(status, "application/json", json);
  }

  /** Any bytes. */
  static Complete of(int status, String contentType, byte[] body) {
    return new Complete(status, contentType, Map.of(), body);
  }

  /** A status without a body. */
  static Complete empty(int status) {
    return of(status, "", new byte[0]);
  }

  /** A response that comes later. */
  static Deferred<? extends HttpResponse> later(CompletionStage<? extends HttpResponse> response) {
    return later(response, Function.identity());
  }

  /** A response made of a result that comes later, on the thread that writes it. */
  static <T> Deferred<T> later(
      CompletionStage<T> result, Function<? super T, ? extends HttpResponse> response) {
    return new Deferred<>(result, response);
  }

  /** A stream of events. */
  static Events events(Consumer<EventStream> subscriber) {
    return new Events(subscriber);
  }
}
