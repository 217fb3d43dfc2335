namespace GemmaOperator.Api.Words;

/// <summary>
/// Lists the condition types of both kinds. Reconciling, Stalled (kstatus), Rewritten, Held,
/// LegacyIsolation, GpusIdle and DefaultsInvalid are abnormal-true and absent otherwise.
/// </summary>
internal static class ConditionType
{
    public const string Ready = "Ready";
    public const string Reconciling = "Reconciling";
    public const string Stalled = "Stalled";
    public const string BuildSucceeded = "BuildSucceeded";
    public const string Verified = "Verified";
    public const string Available = "Available";
    public const string Fresh = "Fresh";

    /// <summary>What stands in the cluster of the workload isn't what the operator asked for.</summary>
    public const string Rewritten = "Rewritten";

    /// <summary>On both kinds: whether the alias tags are at the newest good image; absent without such tags.</summary>
    public const string AliasTagsCurrent = "AliasTagsCurrent";

    /// <summary>The operating system of the newest image was updated; absent where nobody was to.</summary>
    public const string SystemUpdated = "SystemUpdated";

    /// <summary>A build would bring no package anew; absent where nobody asks.</summary>
    public const string PackagesCurrent = "PackagesCurrent";

    /// <summary>No vulnerability that counts is known of what serves; absent where nobody asks for scans.</summary>
    public const string Patched = "Patched";

    /// <summary>The declared line of PyTorch still gets releases; absent where none is declared.</summary>
    public const string BaseSupported = "BaseSupported";

    /// <summary>The base is the newest that its channel may take; absent where the channel is Pinned.</summary>
    public const string BaseCurrent = "BaseCurrent";

    /// <summary>Something newer than what serves is held back.</summary>
    public const string Held = "Held";

    /// <summary>Receivers are told of what happens; absent while nothing goes wrong with that.</summary>
    public const string Notified = "Notified";

    /// <summary>The code of packages runs beside the credential that pushes the image.</summary>
    public const string LegacyIsolation = "LegacyIsolation";

    /// <summary>Pods ask for GPUs that their engine doesn't use.</summary>
    public const string GpusIdle = "GpusIdle";

    /// <summary>Gateways lead requests to what serves; absent where nobody asks for a route or a pool.</summary>
    public const string Routed = "Routed";

    /// <summary>Defaults that it takes over are written wrongly; the last good ones count.</summary>
    public const string DefaultsInvalid = "DefaultsInvalid";

    /// <summary>On a GemmaBuild: whether its candidate's packages are listed in its status.</summary>
    public const string ContentsKnown = "ContentsKnown";

    /// <summary>On a GemmaBuild: Unknown while it runs, then True or False.</summary>
    public const string Succeeded = "Succeeded";
}
