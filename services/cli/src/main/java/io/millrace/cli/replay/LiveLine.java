package io.millrace.cli.replay;

import io.millrace.runtime.models.PublishedManifests;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.avro.ModelManifest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The versions of the live model that its newest one has learned on from. */
final class LiveLine {

  private LiveLine() {}

  /** The manifests that are kept, in the order of the versions; empty if none was published. */
  static List<ModelManifest> read(Settings settings, String model) {
    return of(PublishedManifests.read(settings, Integer.MAX_VALUE).of(model).toList());
  }

  /**
   * Takes the newest version and goes back to where it has begun. Earlier builds did not say which
   * version a version has learned on from: it is the one before unless that has more records.
   *
   * @param versions in their order
   */
  static List<ModelManifest> of(List<ModelManifest> versions) {
    List<ModelManifest> line = new ArrayList<>();
    for (ModelManifest version : versions.reversed()) {
      if (!line.isEmpty() && begins(line.getLast(), version)) {
        break;
      }
      line.add(version);
    }
    Collections.reverse(line);
    return line;
  }

  private static boolean begins(ModelManifest later, ModelManifest earlier) {
    boolean anew =
        later.getParent() == null && (later.getRecords() == 0 || !later.getChain().isEmpty());
    return anew || earlier.getRecords() > later.getRecords();
  }
}
