namespace LocalCluster.Images;

/// <summary>Says how an <see cref="ImageRegistry"/> behaves.</summary>
public sealed record ImageRegistryOptions
{
    /// <summary>Gets the port on 127.0.0.1; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>Gets user and password for basic authentication; null takes anybody.</summary>
    public (string User, string Password)? Credentials { get; init; }

    /// <summary>
    /// Tells whether a blob is mounted from one repository into another; null mounts all. Some registries take an
    /// upload instead.
    /// </summary>
    public Func<string, string, bool>? Mounts { get; init; }

    /// <summary>
    /// Gets how many tags a page of the list holds at most, whatever is asked for; null sends all at once.
    /// </summary>
    public int? TagsPerPage { get; init; }

    /// <summary>
    /// Gets whether it has the referrers API; registries that follow the specification's version 1.0 don't.
    /// </summary>
    public bool Referrers { get; init; } = true;

    /// <summary>Looks at every request first; an answer of its own makes the registry fail on purpose.</summary>
    public Func<RegistryRequest, RegistryFault?>? Fault { get; init; }
}
