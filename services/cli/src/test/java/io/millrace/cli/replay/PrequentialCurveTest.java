package io.millrace.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.cli.replay.PrequentialCurve.Point;
import io.millrace.schemas.avro.InputRange;
import io.millrace.schemas.avro.ModelManifest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class PrequentialCurveTest {

  private final List<ModelManifest> versions =
      List.of(
          version(0, 0, 0, 0, 0, 0),
          version(1, 10, 10, 8, 4, 2.0),
          version(2, 20, 20, 18, 13, 1.0));

  @Test
  void countsFromTheBeginning() {
    PrequentialCurve curve = PrequentialCurve.of(versions, List.of(range(0, 20)));

    assertThat(curve.since()).isEmpty();
    assertThat(curve.points()).extracting(Point::records).containsExactly(10L, 20L);
    assertThat(curve.points()).extracting(Point::accuracy).containsExactly(0.5, 13.0 / 18);
    assertThat(curve.points()).extracting(Point::loss).containsExactly(2.0, 1.0);
  }

  @Test
  void takesOffWhatWasLearnedBefore() {
    PrequentialCurve curve = PrequentialCurve.of(versions, List.of(range(12, 20)));

    assertThat(curve.since()).contains(1L);
    assertThat(curve.points()).extracting(Point::records).containsExactly(10L);
    Point point = curve.points().getFirst();
    assertThat(point.accuracy()).isEqualTo(0.9);
    assertThat(point.loss()).isEqualTo((18 * 1.0 - 8 * 2.0) / 10, within(1e-12));
  }

  @Test
  void leavesOutVersionsThatEndLater() {
    PrequentialCurve curve = PrequentialCurve.of(versions, List.of(range(0, 19)));

    assertThat(curve.points()).extracting(Point::records).containsExactly(10L);
    assertThat(curve.at(9)).isEmpty();
    assertThat(curve.at(15)).isEqualTo(curve.last());
  }

  @Test
  void aLineEndsWhereAModelBegan() {
    ModelManifest imported = version(null, 3, 0, 0, 0, 0, 0);
    ModelManifest next = version(4, 10, 10, 8, 4, 2.0);

    assertThat(LiveLine.of(List.of(versions.get(1), versions.get(2), imported, next)))
        .containsExactly(imported, next);
    assertThat(LiveLine.of(versions)).isEqualTo(versions);
    assertThat(LiveLine.of(List.of())).isEmpty();
  }

  private static InputRange range(long from, long to) {
    return new InputRange("image-examples", 0, from, to, "c/t");
  }

  private static ModelManifest version(
      long number, long to, long records, double labelled, double correct, double loss) {
    Long parent = number == 0 ? null : number - 1;
    return version(parent, number, to, records, labelled, correct, loss);
  }

  private static ModelManifest version(
      Long parent,
      long number,
      long to,
      long records,
      double labelled,
      double correct,
      double loss) {
    return new ModelManifest(
        "vision",
        number,
        1,
        1,
        8L,
        "",
        records,
        List.of(),
        List.of(range(0, to)),
        Map.of(),
        records == 0
            ? Map.of()
            : Map.of("labelled", labelled, "correct", correct, "prequentialLoss", loss),
        Map.of(),
        parent,
        "",
        "chain");
  }
}
