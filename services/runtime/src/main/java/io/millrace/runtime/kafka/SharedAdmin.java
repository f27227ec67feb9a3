package io.millrace.runtime.kafka;

import io.millrace.runtime.settings.Settings;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;

/**
 * An admin client for all in this process that ask the same cluster with the same rights: each has
 * a thread, connections and buffers. It is closed with its last lease.
 */
final class SharedAdmin {

  /** By the settings of the client. Guarded by itself, with the counts. */
  private static final Map<Map<String, Object>, SharedAdmin> SHARED = new HashMap<>();

  private final Admin admin;
  private int leases;

  private SharedAdmin(Admin admin) {
    this.admin = admin;
  }

  /** The right to use the client until this is closed. */
  static final class Lease implements AutoCloseable {

    private final Map<String, Object> client;
    private final Admin admin;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Lease(Map<String, Object> client, Admin admin) {
      this.client = client;
      this.admin = admin;
    }

    Admin admin() {
      return admin;
    }

    /** Does not wait for what was asked. */
    @Override
    public void close() {
      if (!closed.getAndSet(true)) {
        giveBack(client);
      }
    }
  }

  /** A lease of the client with these settings, which is made if there is none. */
  static Lease lease(Settings settings) {
    Map<String, Object> client = Map.copyOf(settings.kafkaClient());
    synchronized (SHARED) {
      SharedAdmin shared =
          SHARED.computeIfAbsent(client, _ -> new SharedAdmin(KafkaClients.admin(settings)));
      shared.leases++;
      return new Lease(client, shared.admin);
    }
  }

  private static void giveBack(Map<String, Object> client) {
    synchronized (SHARED) {
      SharedAdmin shared = SHARED.get(client);
      if (shared != null && --shared.leases == 0) {
        SHARED.remove(client);
        shared.admin.close(Duration.ZERO);
      }
    }
  }
}
