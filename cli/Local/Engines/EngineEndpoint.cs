namespace KubectlGemma.Local.Engines;

/// <summary>Holds where a container engine is asked.</summary>
/// <param name="Address"><c>unix:///path</c> or <c>tcp://host:port</c>.</param>
/// <param name="Tls">Files for TLS; null for plain HTTP.</param>
/// <param name="By">What named it.</param>
internal sealed record EngineEndpoint(Uri Address, EngineTlsFiles? Tls, string By)
{
    public const string Unix = "unix";

    public const string Tcp = "tcp";

    /// <summary>Gets the path of the socket; null for an engine that a network reaches.</summary>
    public string? Socket => Address.Scheme == Unix ? Address.LocalPath : null;

    public override string ToString() => Socket is { } path ? $"unix://{path}" : $"tcp://{Address.Authority}";
}
