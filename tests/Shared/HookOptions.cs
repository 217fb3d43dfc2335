namespace Tests.Shared;

/// <summary>Says about which writes a test's webhook is asked, in the words of a webhook configuration.</summary>
internal sealed record HookOptions
{
    public bool IsMutating { get; init; } = true;

    public IReadOnlyList<string> Groups { get; init; } = ["*"];

    /// <summary>Gets plurals, with a subresource where that is meant: <c>pods/status</c>.</summary>
    public IReadOnlyList<string> Resources { get; init; } = ["pods"];

    public IReadOnlyList<string> Operations { get; init; } = ["CREATE"];

    /// <summary>Gets the labels that objects must have; none: all are asked about.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);

    public string FailurePolicy { get; init; } = "Fail";

    public string SideEffects { get; init; } = "None";

    public int TimeoutSeconds { get; init; } = 10;
}
