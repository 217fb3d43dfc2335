using Docker.DotNet.Models;

namespace KubectlGemma.Local.Engines;

/// <summary>Hands on what an engine says at once and in its order.</summary>
internal sealed class Heard(Action<JSONMessage> hear) : IProgress<JSONMessage>
{
    public void Report(JSONMessage value) => hear(value);
}
