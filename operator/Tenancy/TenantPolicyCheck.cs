using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Pods;
using GemmaOperator.Api.Words;
using GemmaOperator.Registry.References;
using GemmaOperator.Text;
using k8s.Models;

namespace GemmaOperator.Tenancy;

/// <summary>
/// Finds what a spec names that the operator's configuration doesn't allow, all at once, each with its field, what is
/// allowed, and the option that says so.
/// </summary>
internal static class TenantPolicyCheck
{
    /// <summary>Bounds how many allowed things are named.</summary>
    private const int MostNamed = 8;

    private const int MostCharacters = 120;

    private const string Selector = "--allowed-node-selector";

    public static IReadOnlyList<FieldError> Judge(TenantPolicy policy, GemmaBaseImageSpec spec) =>
        [.. Images(policy, spec), .. Names(policy, spec), .. Placement(policy, spec), .. Drivers(policy, spec)];

    private static IEnumerable<FieldError> Images(TenantPolicy policy, GemmaBaseImageSpec spec) =>
        [
            .. Image(
                policy,
                "spec.build.executorImage",
                spec.Build.ExecutorImage,
                policy.ExecutorImages,
                "--allowed-executor-image",
                policy.DefaultExecutorImage
            ),
            .. Image(
                policy,
                "spec.verification.scan.image",
                spec.Verification.Scan.Enabled || spec.Triggers.Vulnerabilities is not null
                    ? spec.Verification.Scan.Image
                    : "",
                policy.ScannerImages,
                "--allowed-scanner-image",
                byDefault: ""
            ),
            .. Image(
                policy,
                "spec.rollout.server.image",
                spec.Rollout.Server.Image,
                policy.ServerImages,
                "--allowed-server-image",
                policy.DefaultServerImage
            ),
            .. Beside(policy, "spec.rollout.server.initContainers", spec.Rollout.Server.InitContainers),
            .. Beside(policy, "spec.rollout.server.sidecars", spec.Rollout.Server.Sidecars),
        ];

    /// <summary>They run in the served pods, as the server's layers do.</summary>
    private static IEnumerable<FieldError> Beside(
        TenantPolicy policy,
        string path,
        IReadOnlyList<ServedContainer> containers
    ) =>
        containers
            .Index()
            .SelectMany(c =>
                Image(
                    policy,
                    $"{path}[{c.Index}].image",
                    c.Item.Image,
                    policy.ServerImages,
                    "--allowed-server-image",
                    byDefault: ""
                )
            );

    private static IEnumerable<FieldError> Image(
        TenantPolicy policy,
        string path,
        string? named,
        IReadOnlyList<ImagePrefix>? allowed,
        string option,
        string byDefault
    )
    {
        if (string.IsNullOrEmpty(named) || named == byDefault || !ImageReference.TryParse(named, out var image, out _))
        {
            // What can't be an image at all is the spec's own fault, and told as that.
            yield break;
        }

        if (allowed is not null && !allowed.Any(prefix => prefix.Covers(image.Repository)))
        {
            yield return Refuse(path, named, $"images below {Listed(allowed)}", option, leaveOut: byDefault.Length > 0);
        }
        else if (policy.RequiresDigests && image.Digest is null)
        {
            yield return new FieldError(
                path,
                $"{Named(named)} has no digest, and this operator asks for one (--require-image-digests)",
                $"write {Named($"{image.Repository}@sha256:…")} with the digest of the image that you mean",
                ImageReason.Stalled.NotAllowed
            );
        }
    }

    private static IEnumerable<FieldError> Names(TenantPolicy policy, GemmaBaseImageSpec spec)
    {
        var (build, server) = (spec.Build, spec.Rollout.Server);
        return
        [
            .. Name("spec.build.serviceAccountName", build.ServiceAccountName, policy.ServiceAccounts, "account"),
            .. Name(
                "spec.rollout.server.serviceAccountName",
                server.ServiceAccountName,
                policy.ServiceAccounts,
                "account"
            ),
            .. Name("spec.build.priorityClassName", build.PriorityClassName, policy.PriorityClasses, "priority"),
            .. Name(
                "spec.rollout.server.priorityClassName",
                server.PriorityClassName,
                policy.PriorityClasses,
                "priority"
            ),
            .. Name("spec.rollout.server.runtimeClassName", server.RuntimeClassName, policy.RuntimeClasses, "runtime"),
        ];
    }

    private static IEnumerable<FieldError> Name(string path, string named, IReadOnlyList<string>? allowed, string what)
    {
        if (named.Length > 0 && allowed?.Contains(named, StringComparer.Ordinal) == false)
        {
            var option = what == "account" ? "--allowed-service-account" : $"--allowed-{what}-class";
            yield return Refuse(path, named, Listed(allowed), option, leaveOut: true);
        }
    }

    private static IEnumerable<FieldError> Placement(TenantPolicy policy, GemmaBaseImageSpec spec)
    {
        var (build, server) = (spec.Build, spec.Rollout.Server);
        return
        [
            .. Pairs("spec.build.nodeSelector", build.NodeSelector, policy.NodeSelectors, Selector),
            .. Pairs("spec.rollout.server.nodeSelector", server.NodeSelector, policy.NodeSelectors, Selector),
            .. NodeAffinityPolicy.Judge(policy.NodeSelectors, server.Affinity, Selector),
            .. Pairs("spec.build.podLabels", build.PodLabels, policy.PodLabels, "--allowed-pod-label"),
            .. Pairs(
                "spec.build.podAnnotations",
                build.PodAnnotations,
                policy.PodAnnotations,
                "--allowed-pod-annotation"
            ),
            .. Pairs("spec.rollout.server.podLabels", server.PodLabels, policy.PodLabels, "--allowed-pod-label"),
            .. Pairs(
                "spec.rollout.server.podAnnotations",
                server.PodAnnotations,
                policy.PodAnnotations,
                "--allowed-pod-annotation"
            ),
            .. Tolerations("spec.build.tolerations", build.Tolerations, policy.Tolerations),
            .. Tolerations("spec.rollout.server.tolerations", server.Tolerations, policy.Tolerations),
        ];
    }

    private static IEnumerable<FieldError> Pairs(
        string path,
        IReadOnlyDictionary<string, string> pairs,
        IReadOnlyList<KeyRule>? allowed,
        string option
    ) =>
        from pair in pairs
        where allowed?.Any(rule => rule.Covers(pair.Key, pair.Value)) == false
        select Refuse(path, $"{pair.Key}={pair.Value}", Listed(allowed!), option, leaveOut: true);

    /// <summary>A toleration without a key is of every taint: no rule covers it.</summary>
    private static IEnumerable<FieldError> Tolerations(
        string path,
        IReadOnlyList<V1Toleration> tolerations,
        IReadOnlyList<KeyRule>? allowed
    ) =>
        from at in Enumerable.Range(0, tolerations.Count)
        let one = tolerations[at]
        let isOfAnyValue = one.OperatorProperty == "Exists"
        where allowed?.Any(rule => rule.Covers(one.Key, isOfAnyValue ? null : one.Value ?? "")) == false
        select Refuse(
            $"{path}[{at}]",
            string.IsNullOrEmpty(one.Key) ? "every taint" : $"{one.Key}{(isOfAnyValue ? "" : $"={one.Value}")}",
            Listed(allowed!),
            "--allowed-toleration",
            leaveOut: true
        );

    private static IEnumerable<FieldError> Drivers(TenantPolicy policy, GemmaBaseImageSpec spec) =>
        from volume in spec.Rollout.Server.Volumes.Index()
        let driver = volume.Item.Csi?.Driver
        where driver is not null && policy.CsiDrivers?.Contains(driver, StringComparer.Ordinal) == false
        select Refuse(
            $"spec.rollout.server.volumes[{volume.Index}].csi.driver",
            driver,
            Listed(policy.CsiDrivers!),
            "--allowed-csi-driver",
            leaveOut: true
        );

    /// <summary>Says that something isn't allowed, what is, and whose configuration decides.</summary>
    internal static FieldError Refuse(string path, string named, string allowed, string option, bool leaveOut) =>
        new(
            path,
            $"{Named(named)} isn't allowed in this cluster; allowed: {allowed}",
            (leaveOut ? "leave the field out, or " : "") + $"have whoever runs the operator add it ({option})",
            ImageReason.Stalled.NotAllowed
        );

    private static string Named(string text) => Quoted.Of(Truncation.Head(text, MostCharacters));

    internal static string Listed<T>(IReadOnlyList<T> allowed) =>
        allowed.Count == 0
            ? "none"
            : string.Join(", ", allowed.Take(MostNamed))
                + (allowed.Count > MostNamed ? $" and {allowed.Count - MostNamed} more" : "");
}
