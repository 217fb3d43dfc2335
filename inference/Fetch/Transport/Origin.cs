namespace GemmaInference.Fetch.Transport;

/// <summary>Names whom a request goes to: scheme, host and port (RFC 6454).</summary>
internal readonly record struct Origin(string Scheme, string Host, int Port)
{
    public static Origin Of(Uri address) => new(address.Scheme, address.IdnHost.ToUpperInvariant(), address.Port);
}

/// <summary>Holds what proves who asks, and to whom it may be shown.</summary>
internal sealed record Credential(Origin Origin, System.Net.Http.Headers.AuthenticationHeaderValue Header);
