package io.millrace.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.openshift.api.model.monitoring.v1.PodMonitor;
import io.millrace.runtime.testing.InstalledProgram;
import io.strimzi.api.kafka.model.topic.KafkaTopic;
import io.strimzi.api.kafka.model.user.KafkaUser;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code kubectl kustomize} renders resources that Kubernetes, Strimzi and the Prometheus operator
 * accept.
 */
final class KubernetesTest {

  @ParameterizedTest
  @ValueSource(strings = {"base", "topics", "users", "overlays/example", "overlays/secured"})
  void rendersResourcesWithoutAnUnknownField(String folder) throws Exception {
    assertThat(render(folder)).isNotEmpty();
  }

  @Test
  void everyServiceIsDeployedAndToldToRunItself() throws Exception {
    List<Workload> workloads = workloads("base");

    assertThat(workloads)
        .map(Workload::name)
        .containsExactlyInAnyOrderElementsOf(RepositoryPaths.SERVICES);
    assertThat(workloads)
        .allSatisfy(workload ->
            assertThat(workload.container().getArgs())
                .containsSequence("--services", workload.name()));
  }

  @Test
  void everyPodIsConfined() throws Exception {
    assertThat(workloads("base"))
        .allSatisfy(workload -> {
          var pod = workload.template().getSpec();
          var security = workload.container().getSecurityContext();
          assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
          assertThat(pod.getSecurityContext().getSeccompProfile().getType())
              .isEqualTo("RuntimeDefault");
          assertThat(pod.getAutomountServiceAccountToken()).isFalse();
          assertThat(pod.getEnableServiceLinks()).isFalse();
          assertThat(security.getReadOnlyRootFilesystem()).isTrue();
          assertThat(security.getAllowPrivilegeEscalation()).isFalse();
          assertThat(security.getCapabilities().getDrop()).containsExactly("ALL");
        });
  }

  @Test
  void everyContainerIsProbedAndLimited() throws Exception {
    assertThat(workloads("base"))
        .allSatisfy(workload -> {
          Container container = workload.container();
          assertThat(container.getLivenessProbe().getHttpGet().getPath()).isEqualTo("/health/live");
          assertThat(container.getReadinessProbe().getHttpGet().getPath())
              .isEqualTo("/health/ready");
          assertThat(container.getResources().getLimits()).containsKey("memory");
          assertThat(container.getResources().getRequests()).containsKeys("cpu", "memory");
          assertThat(container.getPorts())
              .anySatisfy(port -> assertThat(port.getName()).isEqualTo("http"));
        });
  }

  @Test
  void everyMountHasItsVolumeAndEveryReferenceItsSettings() throws Exception {
    List<HasMetadata> resources = render("overlays/example");
    List<String> settings =
        resources.stream()
            .filter(ConfigMap.class::isInstance)
            .map(resource -> resource.getMetadata().getName())
            .toList();

    assertThat(workloads("overlays/example"))
        .allSatisfy(workload -> {
          assertThat(workload.volumes())
              .containsAll(
                  workload.container().getVolumeMounts().stream()
                      .map(VolumeMount::getName)
                      .toList());
          assertThat(workload.container().getEnvFrom())
              .map(EnvFromSource::getConfigMapRef)
              .allSatisfy(reference -> assertThat(settings).contains(reference.getName()));
        });
  }

  @Test
  void everyPodIsSelectedByItsWorkloadTheServiceAndTheMonitor() throws Exception {
    List<HasMetadata> resources = render("base");
    Service service = service(resources, "millrace");
    PodMonitor monitor = only(resources, PodMonitor.class);

    assertThat(workloads("base"))
        .allSatisfy(workload -> {
          var labels = workload.template().getMetadata().getLabels();
          assertThat(labels).containsAllEntriesOf(workload.selector().getMatchLabels());
          assertThat(labels).containsAllEntriesOf(service.getSpec().getSelector());
          assertThat(labels).containsAllEntriesOf(monitor.getSpec().getSelector().getMatchLabels());
        });
  }

  @Test
  void theExampleNamesItsOwnImages() throws Exception {
    assertThat(workloads("overlays/example"))
        .allSatisfy(workload ->
            assertThat(workload.container().getImage())
                .startsWith("registry.example.com/millrace"));
  }

  @Test
  void theExampleBringsTheTopics() throws Exception {
    assertThat(render("overlays/example")).hasAtLeastOneElementOfType(KafkaTopic.class);
  }

  @Test
  void everyServiceOfTheSecuredOverlayLogsInAsItself() throws Exception {
    assertThat(workloads("overlays/secured"))
        .hasSameSizeAs(RepositoryPaths.SERVICES)
        .allSatisfy(workload ->
            assertThat(workload.container().getEnv())
                .filteredOn(
                    variable -> variable.getName().equals("MILLRACE_KAFKA_SASL_JAAS_CONFIG"))
                .singleElement()
                .satisfies(variable ->
                    assertThat(variable.getValueFrom().getSecretKeyRef().getName())
                        .isEqualTo("millrace-" + workload.name())));
    assertThat(render("overlays/secured")).hasAtLeastOneElementOfType(KafkaUser.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"base", "overlays/secured"})
  void theConsoleTakesItsTokenFromASecret(String folder) throws Exception {
    assertThat(workloads(folder))
        .filteredOn(workload -> workload.name().equals("console"))
        .flatMap(workload -> workload.container().getEnv())
        .filteredOn(variable -> variable.getName().equals("MILLRACE_HTTP_TOKEN"))
        .singleElement()
        .satisfies(variable -> {
          var reference = variable.getValueFrom().getSecretKeyRef();
          assertThat(reference.getName()).isEqualTo("millrace-http");
          assertThat(reference.getOptional()).isTrue();
        });
  }

  @Test
  void anUnknownFieldIsAnError() {
    String misspelt =
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: text
        spec:
          template:
            spec:
              containers:
                - name: service
                  livenesProbe: {}
        """;

    assertThatThrownBy(() -> Manifests.parse(misspelt))
        .isInstanceOf(UnrecognizedPropertyException.class)
        .hasMessageContaining("livenesProbe");
  }

  private static List<HasMetadata> render(String folder) throws IOException, InterruptedException {
    String path = "kubernetes/" + folder;
    String yaml =
        InstalledProgram.find("kubectl").isPresent()
            ? InstalledProgram.required("kubectl").run("kustomize", path)
            : InstalledProgram.required("kustomize").run("build", path);
    return Manifests.parse(yaml);
  }

  private static List<Workload> workloads(String folder) throws IOException, InterruptedException {
    return render(folder).stream().flatMap(Workload::of).toList();
  }

  @Test
  void searchCanBeAskedByItsName() throws Exception {
    Service service = service(render("base"), "search");

    assertThat(workloads("base"))
        .filteredOn(workload ->
            workload
                .template()
                .getMetadata()
                .getLabels()
                .entrySet()
                .containsAll(service.getSpec().getSelector().entrySet()))
        .map(Workload::name)
        .containsExactly("search");
    assertThat(service.getSpec().getPorts()).map(port -> port.getPort()).containsExactly(9404);
  }

  private static Service service(List<HasMetadata> resources, String name) {
    return resources.stream()
        .filter(Service.class::isInstance)
        .map(Service.class::cast)
        .filter(service -> service.getMetadata().getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static <T> T only(List<HasMetadata> resources, Class<T> kind) {
    return resources.stream().filter(kind::isInstance).map(kind::cast).findFirst().orElseThrow();
  }

  private record Workload(
      String name,
      LabelSelector selector,
      PodTemplateSpec template,
      List<PersistentVolumeClaim> claims) {

    static Stream<Workload> of(HasMetadata resource) {
      String name = resource.getMetadata().getName();
      return switch (resource) {
        case Deployment d ->
            Stream.of(
                new Workload(
                    name, d.getSpec().getSelector(), d.getSpec().getTemplate(), List.of()));
        case StatefulSet s ->
            Stream.of(
                new Workload(
                    name,
                    s.getSpec().getSelector(),
                    s.getSpec().getTemplate(),
                    s.getSpec().getVolumeClaimTemplates()));
        default -> Stream.empty();
      };
    }

    Container container() {
      return template.getSpec().getContainers().getFirst();
    }

    List<String> volumes() {
      return Stream.concat(
              template.getSpec().getVolumes().stream().map(Volume::getName),
              claims.stream().map(claim -> claim.getMetadata().getName()))
          .toList();
    }
  }
}
