import com.yahoo.labs.samoa.instances.Attribute;
import com.yahoo.labs.samoa.instances.Instance;
import com.yahoo.labs.samoa.instances.Instances;
import com.yahoo.labs.samoa.instances.InstancesHeader;
import com.yahoo.labs.samoa.instances.SparseInstance;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import moa.classifiers.AbstractClassifier;
import moa.classifiers.bayes.NaiveBayesMultinomial;
import moa.classifiers.functions.SGDMultiClass;
import moa.core.Utils;

/**
 * Learns the file of classifier_peers.py with MOA, in the same order, each document predicted
 * before it is learned from, and prints the same columns. MOA is no dependency of the project (its
 * licence is the GPL): {@code mvn dependency:get -Dartifact=nz.ac.waikato.cms.moa:moa:2024.07.0},
 * then {@code java -cp JARS MoaPeer.java FILE}, as ClassifierBenchmark does with {@code
 * -Dbenchmark.moa=JARS}.
 */
final class MoaPeer {

  private static final int RUNS = 2;

  public static void main(String[] arguments) throws Exception {
    List<String[]> lines =
        Files.readAllLines(Path.of(arguments[0])).stream().map(it -> it.split("\t")).toList();
    Map<String, Integer> terms = new LinkedHashMap<>();
    Map<String, Integer> classes = new LinkedHashMap<>();
    for (String[] line : lines) {
      classes.putIfAbsent(line[1], classes.size());
      for (int i = 2; i < line.length; i += 2) {
        terms.putIfAbsent(line[i], terms.size());
      }
    }
    var attributes = new ArrayList<Attribute>();
    terms.keySet().forEach(term -> attributes.add(new Attribute(term)));
    attributes.add(new Attribute("class", List.copyOf(classes.keySet())));
    var instances = new Instances("documents", attributes, 0);
    instances.setClassIndex(terms.size());
    var header = new InstancesHeader(instances);
    List<Instance> train = new ArrayList<>();
    List<Instance> test = new ArrayList<>();
    for (String[] line : lines) {
      (line[0].equals("test") ? test : train).add(instance(line, terms, classes, header));
    }
    measure("MOA, multinomial naive Bayes", NaiveBayesMultinomial::new, header, train, test);
    measure("MOA, SGD", SGDMultiClass::new, header, train, test);
  }

  private static Instance instance(
      String[] line,
      Map<String, Integer> terms,
      Map<String, Integer> classes,
      InstancesHeader header) {
    int count = (line.length - 2) / 2;
    var sorted = new java.util.TreeMap<Integer, Double>();
    for (int i = 0; i < count; i++) {
      sorted.put(terms.get(line[2 + 2 * i]), Double.parseDouble(line[3 + 2 * i]));
    }
    sorted.put(terms.size(), (double) classes.get(line[1]));
    int[] indices = sorted.keySet().stream().mapToInt(it -> it).toArray();
    double[] values = sorted.values().stream().mapToDouble(it -> it).toArray();
    var instance = new SparseInstance(1, values, indices, terms.size() + 1);
    instance.setDataset(header);
    return instance;
  }

  private static void measure(
      String name,
      Supplier<AbstractClassifier> maker,
      InstancesHeader header,
      List<Instance> train,
      List<Instance> test) {
    var threads = java.lang.management.ManagementFactory.getThreadMXBean();
    double best = 0;
    double bestOfProcessor = 0;
    int correct = 0;
    AbstractClassifier model = null;
    for (int run = 0; run < RUNS; run++) {
      model = maker.get();
      model.setModelContext(header);
      model.prepareForUse();
      correct = 0;
      long begun = System.nanoTime();
      long processor = threads.getCurrentThreadCpuTime();
      for (Instance instance : train) {
        correct += isRight(model, instance) ? 1 : 0;
        model.trainOnInstance(instance);
      }
      best = Math.max(best, train.size() * 1e9 / (System.nanoTime() - begun));
      processor = threads.getCurrentThreadCpuTime() - processor;
      bestOfProcessor = Math.max(bestOfProcessor, train.size() * 1e9 / processor);
    }
    AbstractClassifier last = model;
    double heldOut = test.stream().filter(it -> isRight(last, it)).count() / (double) test.size();
    System.out.printf(
        Locale.ROOT,
        "%s\t%f\t%f\t%f\t%f%n",
        name,
        best,
        bestOfProcessor,
        correct / (double) train.size(),
        heldOut);
  }

  private static boolean isRight(AbstractClassifier model, Instance instance) {
    return Utils.maxIndex(model.getVotesForInstance(instance)) == (int) instance.classValue();
  }
}
