/**
 * Checks the files of {@code deploy} with the tools that read them and against the services that
 * they run. Start at {@link io.millrace.deploy.KubernetesTest} for the manifests and at {@link
 * io.millrace.deploy.DashboardTest} for dashboard and alerts.
 */
@NullMarked
package io.millrace.deploy;

import org.jspecify.annotations.NullMarked;
