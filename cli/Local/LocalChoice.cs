using GemmaOperator.Registry.References;
using KubectlGemma.Images;

namespace KubectlGemma.Local;

/// <summary>Holds what the command line says of a local build.</summary>
internal sealed record LocalChoice
{
    public Executor Executor { get; init; }

    /// <summary>Gets what the image is called; null: <c>localhost/NAME:local</c>.</summary>
    public ImageReference? Tag { get; init; }

    public bool Verifies { get; init; } = true;

    public bool Pushes { get; init; }

    /// <summary>Gets whether no registry is asked, and the base is what the engine has.</summary>
    public bool IsOffline { get; init; }

    /// <summary>Gets the network of the steps and of the check; empty: the engine's usual one.</summary>
    public string Network { get; init; } = "";

    public RegistryChoice Registries { get; init; } = new(false, []);

    /// <summary>Returns the registries that are asked without TLS.</summary>
    public IReadOnlyList<string> InsecureHosts(string image) =>
        Registries.IsInsecure && ImageReference.TryParse(image, out var read, out _) ? [read.Repository.Host] : [];
}
