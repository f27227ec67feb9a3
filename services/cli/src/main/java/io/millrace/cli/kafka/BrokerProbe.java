package io.millrace.cli.kafka;

import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Finds out what is at an address where Kafka was expected, by the first requests of Kafka's
 * protocol (ApiVersions 0, Metadata 1; KIP-35) and by a TLS handshake. It is asked only when
 * Kafka's own client did not get through, which does not say why.
 */
final class BrokerProbe {

  private static final int TIMEOUT_MILLIS = 3000;
  private static final short METADATA = 3;
  private static final short API_VERSIONS = 18;
  private static final int LONGEST_ANSWER = 1 << 22;

  private final InetSocketAddress address;

  BrokerProbe(InetSocketAddress address) {
    this.address = address;
  }

  /** What an address answers. */
  enum Answer {
    /** Kafka without TLS. */
    KAFKA,
    /** Kafka without TLS, which ends the connection when it is asked for more. */
    KAFKA_THAT_WANTS_AUTHENTICATION,
    /** A server that speaks TLS. */
    TLS,
    /** A web server. */
    HTTP,
    /** Something else. */
    OTHER,
    /** Nothing: it takes connections, and is silent. */
    SILENCE
  }

  /**
   * Connects, and returns how the address answers.
   *
   * @throws IOException if it takes no connection
   */
  Answer ask() throws IOException {
    Answer plain = askPlain();
    if (plain != Answer.OTHER && plain != Answer.SILENCE) {
      return plain;
    }
    return speaksTls() ? Answer.TLS : speaksHttp() ? Answer.HTTP : plain;
  }

  private Answer askPlain() throws IOException {
    try (Socket socket = connected()) {
      try {
        byte[] versions = request(socket, API_VERSIONS, (short) 0, new byte[0]);
        if (versions.length == 0) {
          return Answer.OTHER;
        }
      } catch (UnexpectedAnswerException e) {
        return e.answer;
      } catch (SocketTimeoutException e) {
        return Answer.SILENCE;
      } catch (IOException e) {
        return Answer.OTHER; // It closed the connection, as TLS does after bytes that are not TLS.
      }
      return wantsAuthentication(socket) ? Answer.KAFKA_THAT_WANTS_AUTHENTICATION : Answer.KAFKA;
    }
  }

  private static boolean wantsAuthentication(Socket socket) {
    try {
      return request(socket, METADATA, (short) 1, new byte[Integer.BYTES]).length == 0;
    } catch (IOException e) {
      return true;
    }
  }

  /** Where the brokers say that they are, of a cluster that answers without TLS. */
  List<InetSocketAddress> advertised() throws IOException {
    try (Socket socket = connected()) {
      byte[] answer = request(socket, METADATA, (short) 1, new byte[Integer.BYTES]);
      var in = new DataInputStream(new ByteArrayInputStream(answer));
      int count = Math.clamp(in.readInt(), 0, 1000);
      List<InetSocketAddress> brokers = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        in.readInt();
        String host = new String(in.readNBytes(in.readShort()), StandardCharsets.UTF_8);
        brokers.add(InetSocketAddress.createUnresolved(host, in.readInt()));
        in.skipNBytes(Math.max(0, in.readShort()));
      }
      return brokers;
    }
  }

  /** Throws if the address takes no connection. */
  static void requireOpen(InetSocketAddress address) throws IOException {
    new BrokerProbe(address).connected().close();
  }

  private Socket connected() throws IOException {
    var socket = new Socket();
    try {
      var resolved =
          address.isUnresolved()
              ? new InetSocketAddress(address.getHostString(), address.getPort())
              : address;
      socket.connect(resolved, TIMEOUT_MILLIS);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      return socket;
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  /** The body of the answer to a request; empty if the connection was ended instead. */
  private static byte[] request(Socket socket, short api, short version, byte[] body)
      throws IOException {
    var out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
    int header = 2 * Short.BYTES + Integer.BYTES + Short.BYTES;
    out.writeInt(header + body.length);
    out.writeShort(api);
    out.writeShort(version);
    out.writeInt(api); // The correlation id, which the answer repeats.
    out.writeShort(-1); // No client id.
    out.write(body);
    out.flush();
    return answer(socket.getInputStream(), api);
  }

  private static byte[] answer(InputStream stream, int correlation) throws IOException {
    var in = new DataInputStream(stream);
    try {
      int size = in.readInt();
      if (size == 0x48545450) { // "HTTP"
        throw new UnexpectedAnswerException(Answer.HTTP);
      }
      if (size >>> 16 == 0x1503) { // A TLS alert, and the version of TLS.
        throw new UnexpectedAnswerException(Answer.TLS);
      }
      if (size < Integer.BYTES || size > LONGEST_ANSWER || in.readInt() != correlation) {
        throw new UnexpectedAnswerException(Answer.OTHER);
      }
      return in.readNBytes(size - Integer.BYTES);
    } catch (EOFException e) {
      return new byte[0];
    }
  }

  /** Whether a handshake begins, whatever certificates it then shows or asks for. */
  private boolean speaksTls() {
    try (Socket plain = connected();
        SSLSocket socket =
            (SSLSocket)
                trustingAll()
                    .getSocketFactory()
                    .createSocket(plain, address.getHostString(), address.getPort(), false)) {
      socket.startHandshake();
      return true;
    } catch (SSLException e) {
      String message = String.valueOf(e.getMessage());
      return message.contains("alert") || message.contains("certificate");
    } catch (IOException | GeneralSecurityException e) {
      return false;
    }
  }

  private boolean speaksHttp() {
    try (Socket socket = connected()) {
      socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      byte[] answer = socket.getInputStream().readNBytes(4);
      return new String(answer, StandardCharsets.US_ASCII).equals("HTTP");
    } catch (IOException e) {
      return false;
    }
  }

  /** For a look alone: nothing is sent over such a connection. */
  private static SSLContext trustingAll() throws GeneralSecurityException {
    var context = SSLContext.getInstance("TLS");
    var trusting =
        new X509TrustManager() {
          @Override
          public void checkClientTrusted(X509Certificate[] chain, String type) {}

          @Override
          public void checkServerTrusted(X509Certificate[] chain, String type) {}

          @Override
          public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
          }
        };
    context.init(null, new TrustManager[] {trusting}, new SecureRandom());
    return context;
  }

  private static final class UnexpectedAnswerException extends IOException {

    private static final long serialVersionUID = 1L;

    private final Answer answer;

    UnexpectedAnswerException(Answer answer) {
      super(answer.name());
      this.answer = answer;
    }
  }
}
