namespace KubectlGemma.Acting;

/// <summary>Says how far a write goes.</summary>
internal enum DryRun
{
    None,

    /// <summary>Nothing is sent.</summary>
    Client,

    /// <summary>The API server judges it, and keeps nothing.</summary>
    Server,
}
