using GemmaOperator.Api.BaseImages;
using GemmaOperator.Text;

namespace GemmaOperator.Api.Validation.Pods;

/// <summary>
/// Checks what the served pods get from their surroundings: variables, volumes, placement, metadata, accounts. Pure;
/// never throws, whatever the object holds.
/// </summary>
internal static class ServedPodRules
{
    private const string Path = "spec.rollout.server";

    public static IReadOnlyList<FieldError> Check(GemmaBaseImageSpec spec)
    {
        var findings = new Findings();
        var server = spec.Rollout?.Server ?? new ServerSpec();
        VariableRules.Check($"{Path}.env", server.Env, findings);
        VariableRules.CheckAll($"{Path}.envFrom", server.EnvFrom, findings);
        VariableRules.CheckKeysFile($"{Path}.env", server.Env, findings);
        VolumeRules.Check($"{Path}.volumes", server.Volumes, findings);
        MountRules.Check(
            $"{Path}.volumeMounts",
            server.VolumeMounts,
            server.Volumes,
            server.Model?.Path ?? "",
            findings
        );
        ContainerRules.Check(Path, server, findings);
        AffinityRules.Check($"{Path}.affinity", server.Affinity, findings);
        SpreadRules.Check($"{Path}.topologySpreadConstraints", server.TopologySpreadConstraints, findings);
        findings.Most($"{Path}.podLabels", server.PodLabels?.Count, SpecBounds.PodLabels);
        PodMetadataRules.CheckLabels($"{Path}.podLabels", server.PodLabels, findings);
        findings.Most($"{Path}.podAnnotations", server.PodAnnotations?.Count, SpecBounds.PodAnnotations);
        PodMetadataRules.CheckAnnotations($"{Path}.podAnnotations", server.PodAnnotations, findings);
        Names.CheckReference($"{Path}.serviceAccountName", server.ServiceAccountName, "a ServiceAccount", findings);
        findings.Most($"{Path}.imagePullSecrets", server.ImagePullSecrets?.Count, SpecBounds.PullSecrets);
        Names.CheckSecrets($"{Path}.imagePullSecrets", server.ImagePullSecrets, findings);
        return findings.Errors;
    }
}
