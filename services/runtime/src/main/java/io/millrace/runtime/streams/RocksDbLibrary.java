package io.millrace.runtime.streams;

import io.millrace.runtime.lifecycle.RootCause;
import io.millrace.runtime.lifecycle.UnsupportedMachineException;
import org.rocksdb.RocksDB;

/** The native library of the stores on disk. */
public final class RocksDbLibrary {

  private static volatile boolean loaded;

  private RocksDbLibrary() {}

  /** Whether a service of this process needed it. */
  static boolean isLoaded() {
    return loaded;
  }

  /**
   * Loads the library, before a stream thread would fail for want of it.
   *
   * @param service the service that needs it
   * @param remedy what to set instead; empty if there is nothing
   * @throws UnsupportedMachineException if this machine cannot load it
   */
  public static void require(String service, String remedy) {
    try {
      RocksDB.loadLibrary();
      loaded = true;
    } catch (LinkageError | RuntimeException e) {
      throw new UnsupportedMachineException(
          "%s needs RocksDB for its stores, and its library cannot be loaded on %s %s (%s)%s"
              .formatted(
                  service,
                  System.getProperty("os.name"),
                  System.getProperty("os.arch"),
                  RootCause.message(e),
                  remedy.isEmpty()
                      ? ": if the system is a usual one, is java.io.tmpdir mounted noexec?"
                          + " ROCKSDB_SHAREDLIB_DIR names another folder"
                      : ": " + remedy),
          e);
    }
  }
}
