package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.EmbeddedBroker;
import io.millrace.runtime.testing.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A broker that goes while commands run: each ends, and says where Kafka was. Between them and the
 * broker is a gate, which is shut at a known moment.
 */
final class BrokerGoneTest {

  @TempDir private Path folder;
  private final Gate gate = new Gate();
  private EmbeddedBroker broker;

  @AfterEach
  void stop() {
    gate.shut();
    broker.close();
  }

  @Test
  @Timeout(180)
  void everyCommandSaysThatTheBrokerIsGone() throws Exception {
    String advertised = "CLIENTS://127.0.0.1:" + gate.port();
    broker =
        EmbeddedBroker.start(
            folder.resolve("broker"), 0, Map.of("advertised.listeners", advertised));
    gate.open(Integer.parseInt(broker.bootstrapServers().split(":")[1]));
    assertThat(run("topics", "apply").status()).isZero();
    List<String[]> commands =
        List.of(
            new String[] {"send", "documents", lines().toString(), "--rate", "100"},
            new String[] {"watch", "documents", "--from", "earliest"});
    List<CompletableFuture<CommandRun>> running = new ArrayList<>();
    try (var threads = Executors.newCachedThreadPool()) {
      for (String[] command : commands) {
        long before = gate.bytes();
        running.add(CompletableFuture.supplyAsync(() -> run(command), threads));
        Await.until(command[0], () -> gate.bytes() > before + 20_000);
      }

      gate.shut();

      for (CompletableFuture<CommandRun> each : running) {
        CommandRun run = each.get();
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err())
            .contains("Kafka did not answer while the command ran: no Kafka broker answers at 127.")
            .contains("nothing listens at")
            .contains("millrace up")
            .doesNotContain("Expiring");
      }
    }
  }

  private Path lines() throws IOException {
    return Files.writeString(
        folder.resolve("many.jsonl"),
        IntStream.range(0, 100_000)
            .mapToObj(i -> "{\"id\":\"d" + i + "\",\"text\":\"red fox\"}\n")
            .collect(Collectors.joining()));
  }

  private CommandRun run(String... command) {
    return CommandRun.of(
        Stream.concat(
                Stream.of(command),
                Stream.of(
                    "--bootstrap",
                    "127.0.0.1:" + gate.port(),
                    "--set",
                    "command.broker.timeout.ms=8000"))
            .toArray(String[]::new));
  }

  /** A port that passes bytes on to another, until it is shut. */
  private static final class Gate {

    private final ServerSocket server;
    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
    private final AtomicLong bytes = new AtomicLong();

    Gate() {
      try {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    int port() {
      return server.getLocalPort();
    }

    long bytes() {
      return bytes.get();
    }

    void open(int target) {
      Thread.ofVirtual()
          .start(() -> {
            try {
              while (true) {
                Socket client = server.accept();
                var broker = new Socket(InetAddress.getLoopbackAddress(), target);
                sockets.addAll(List.of(client, broker));
                pass(client, broker);
                pass(broker, client);
              }
            } catch (IOException e) {
              shut();
            }
          });
    }

    private void pass(Socket from, Socket to) {
      Thread.ofVirtual()
          .start(() -> {
            byte[] buffer = new byte[8192];
            try (from;
                to) {
              for (int n = from.getInputStream().read(buffer);
                  n >= 0;
                  n = from.getInputStream().read(buffer)) {
                to.getOutputStream().write(buffer, 0, n);
                bytes.addAndGet(n);
              }
            } catch (IOException e) {
              // It was shut.
            }
          });
    }

    /** Ends all connections, and takes no further one. */
    void shut() {
      try {
        server.close();
        for (Socket socket : sockets) {
          socket.close();
        }
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }
}
