namespace GemmaOperator.Api.Defaults;

/// <summary>
/// Lists the fields that defaults may give, by path below <c>spec</c>. Fields whose meaning is lost without each other
/// are given, taken over and left out together, by the name of the first. What an image is, where it goes and when it
/// is made is each object's own.
/// </summary>
internal static class InheritableFields
{
    /// <summary>Names the variables of the served pods.</summary>
    public const string ServerVariables = "rollout.server.env";

    public static IReadOnlyList<InheritableField> All { get; } =
    [
        new("base.pullSecretRef"),
        // The credentials are for the indexes beside them.
        new("requirements.indexURL", "requirements.extraIndexURLs", "requirements.indexCredentialsRef")
        {
            OnlyWith = "requirements",
        },
        new("requirements.requireHashes") { OnlyWith = "requirements" },
        new("requirements.minAge") { OnlyWith = "requirements" },
        new("systemUpdates.policy"),
        new("patching"),
        new("build.executorImage"),
        new("build.serviceAccountName"),
        new("build.isolation"),
        new("build.resources"),
        new("build.timeout"),
        new("build.retries"),
        new("build.scratchSizeLimit"),
        new("build.nodeSelector"),
        new("build.tolerations"),
        new("build.priorityClassName"),
        new("build.cache.mode"),
        new("build.cache.access"),
        new("build.cache.ttl"),
        new("build.cache.refresh"),
        new("build.extraArgs"),
        new("build.env") { Key = "name" },
        new("build.caBundleRef"),
        new("build.podLabels") { IsMap = true },
        new("build.podAnnotations") { IsMap = true },
        new("build.imagePullSecrets") { Key = "name" },
        new("output.credentials"),
        new("output.insecure"),
        new("verification.pullTest.enabled"),
        new("verification.pullTest.timeout"),
        new("verification.pullTest.requireGPU"),
        new("verification.pullTest.resources"),
        new("verification.nonRoot"),
        new("verification.imports"),
        new("verification.scan.enabled"),
        // One scanner's image, flags, variables and database aren't another's.
        new(
            "verification.scan.image",
            "verification.scan.scanner",
            "verification.scan.args",
            "verification.scan.env",
            "verification.scan.database"
        ),
        new("verification.scan.failOn"),
        new("verification.scan.ignoreUnfixed"),
        new("verification.scan.ignore") { Key = "id" },
        new("verification.scan.resources"),
        new("verification.scan.onScannerError"),
        new("retention.successfulBuilds"),
        new("retention.failedBuilds"),
        new("retention.images.policy"),
        new("retention.images.keep"),
        new(ServerVariables) { Key = "name" },
        new("rollout.server.nodeSelector"),
        new("rollout.server.tolerations"),
        new("rollout.server.podLabels") { IsMap = true },
        new("rollout.server.podAnnotations") { IsMap = true },
        new("rollout.server.serviceAccountName"),
        new("rollout.server.imagePullSecrets") { Key = "name" },
        new("rollout.server.runtimeClassName"),
        new("rollout.server.priorityClassName"),
        // The Secret of each receiver is of the object's own namespace.
        new("notifications") { Key = "name" },
        // A price is in its currency.
        new("cost.pricePerMinute", "cost.currency"),
    ];

    /// <summary>Returns the one that a path is of, or is the first part of; null when there is none.</summary>
    public static InheritableField? Holding(string path) => All.FirstOrDefault(f => f.Paths.Contains(path));

    /// <summary>Tells whether some of them lie below a path.</summary>
    public static bool HasBelow(string path) =>
        All.Any(f => f.Paths.Any(p => p.StartsWith($"{path}.", StringComparison.Ordinal)));
}
