import com.yahoo.labs.samoa.instances.Instance;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import moa.classifiers.bayes.NaiveBayes;
import moa.classifiers.core.driftdetection.ADWINChangeDetector;
import moa.classifiers.core.driftdetection.AbstractChangeDetector;
import moa.classifiers.core.driftdetection.DDM;
import moa.classifiers.core.driftdetection.HDDM_A_Test;
import moa.classifiers.core.driftdetection.PageHinkleyDM;
import moa.streams.ConceptDriftStream;

/**
 * MOA's part of DriftDetectorBenchmark, which starts it as a process of its own, as {@code
 * MoaPeer.java}.
 *
 * <pre>
 * learn FOLDER SEEDS     writes the errors of naive Bayes on MOA's streams with a change of concept
 *                        in the middle, a file of the characters 0 and 1 for each stream and seed;
 *                        a gradual change begins there: one record in 3,000 is of the new concept
 * detect FOLDER          prints for each detector and file the positions of its alarms
 * </pre>
 */
final class MoaDetectors {

  private static final int RECORDS = 100_000;

  public static void main(String[] arguments) throws Exception {
    if (arguments[0].equals("learn")) {
      Path folder = Path.of(arguments[1]);
      for (int seed = 1; seed <= Integer.parseInt(arguments[2]); seed++) {
        learn(folder, "sea", "generators.SEAGenerator -p 10 -f %d -i %d", 1, 4, seed);
        learn(folder, "stagger", "generators.STAGGERGenerator -f %d -i %d", 1, 2, seed);
        learn(folder, "agrawal", "generators.AgrawalGenerator -f %d -i %d", 1, 2, seed);
      }
      return;
    }
    List<Path> files;
    try (Stream<Path> all = Files.list(Path.of(arguments[1]))) {
      files = all.sorted().toList();
    }
    for (Path file : files) {
      byte[] errors = Files.readAllBytes(file);
      detect("MOA, ADWIN, its default of 0.002", new ADWINChangeDetector(), errors, file);
      var careful = new ADWINChangeDetector();
      careful.deltaAdwinOption.setValue(1e-6);
      detect("MOA, ADWIN, 0.000001", careful, errors, file);
      detect("MOA, Page-Hinkley", new PageHinkleyDM(), errors, file);
      detect("MOA, DDM", new DDM(), errors, file);
      detect("MOA, HDDM_A", new HDDM_A_Test(), errors, file);
    }
  }

  private static void learn(
      Path folder, String name, String generator, int before, int after, int seed)
      throws Exception {
    for (int width : new int[] {1, 2_000}) {
      var stream = new ConceptDriftStream();
      stream.streamOption.setValueViaCLIString(generator.formatted(before, seed));
      stream.driftstreamOption.setValueViaCLIString(generator.formatted(after, seed + 1_000));
      stream.positionOption.setValue(RECORDS / 2 + (width == 1 ? 0 : 2 * width));
      stream.widthOption.setValue(width);
      stream.randomSeedOption.setValue(seed);
      stream.prepareForUse();
      var bayes = new NaiveBayes();
      bayes.setModelContext(stream.getHeader());
      bayes.prepareForUse();
      var errors = new byte[RECORDS];
      for (int i = 0; i < RECORDS; i++) {
        Instance instance = (Instance) stream.nextInstance().getData();
        errors[i] = (byte) (bayes.correctlyClassifies(instance) ? '0' : '1');
        bayes.trainOnInstance(instance);
      }
      String change = width == 1 ? "abrupt" : "gradual";
      Files.write(folder.resolve(name + "-" + change + "-" + seed), errors);
    }
  }

  private static void detect(
      String name, AbstractChangeDetector detector, byte[] errors, Path file) {
    detector.prepareForUse();
    List<String> alarms = new ArrayList<>();
    for (int i = 0; i < errors.length; i++) {
      detector.input(errors[i] - '0');
      if (detector.getChange()) {
        alarms.add(Integer.toString(i));
      }
    }
    System.out.println(name + "\t" + file.getFileName() + "\t" + String.join(",", alarms));
  }
}
