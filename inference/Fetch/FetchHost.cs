using System.Net;
using GemmaInference.Fetch.Transport;

namespace GemmaInference.Fetch;

/// <summary>Holds what a fetch meets of the process around it; tests bring their own.</summary>
internal sealed record FetchHost
{
    public required TextWriter Out { get; init; }

    public required TextWriter Error { get; init; }

    /// <summary>Gets where the kubelet looks for a container's last words.</summary>
    public string TerminationLog { get; init; } = "/dev/termination-log";

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public Patience Patience { get; init; } = Patience.Default;

    /// <summary>Gets what asks for a volume's free bytes.</summary>
    public Func<string, long> FreeSpace { get; init; } = Files.FreeSpace.OfVolume;

    public IWebProxy Proxy { get; init; } = HttpClient.DefaultProxy;
}
