package io.millrace.tests.benchmarks.scoring;

import io.millrace.tests.benchmarks.PythonScript;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The same forward passes in PyTorch, from memory, in each setting of its threads. */
enum PyTorchScoring implements ScoringPeer {
  ONE_THREAD(1, 1),
  TWO_THREADS(1, 2),
  TWO_PROCESSES(2, 1);

  private static final String SECONDS = System.getProperty("benchmark.peer.seconds", "8");
  private static final String BATCH = System.getProperty("benchmark.peer.batch", "64");

  private final int processes;
  private final int threads;

  PyTorchScoring(int processes, int threads) {
    this.processes = processes;
    this.threads = threads;
  }

  @Override
  public Speed measure() throws IOException, InterruptedException {
    List<Process> begun = new ArrayList<>();
    for (int i = 0; i < processes; i++) {
      begun.add(
          PythonScript.start(
              "score_vision.py",
              MnistImages.FOLDER.toString(),
              SECONDS,
              Integer.toString(threads),
              BATCH));
    }
    double rate = 0;
    double cpu = 0;
    for (Process process : begun) {
      String[] figures = PythonScript.printed(process).strip().split(" ");
      rate += Double.parseDouble(figures[0]);
      cpu += Double.parseDouble(figures[1]) / processes;
    }
    return new Speed(rate, cpu);
  }
}
