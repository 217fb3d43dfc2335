using GemmaOperator.Registry.References;
using KubectlGemma.Output;

namespace KubectlGemma.Images;

/// <summary>Opens each registry that is asked once, and speaks plain HTTP only where that is said of it.</summary>
/// <param name="how">What the command line says of registries.</param>
/// <param name="plainHost">The registry that an object's field says to speak plain HTTP; null for none.</param>
/// <param name="time">The time.</param>
internal sealed class UserRegistries(RegistryChoice how, string? plainHost, TimeProvider time) : IDisposable
{
    private readonly Dictionary<string, UserRegistry> _open = new(StringComparer.Ordinal);

    /// <summary>Returns the registry of an image.</summary>
    /// <exception cref="CliException">The credentials can't be read.</exception>
    public async Task<UserRegistry> ForAsync(ImageReference image, CancellationToken cancellationToken)
    {
        var host = image.Repository.Host;
        if (!_open.TryGetValue(host, out var registry))
        {
            registry = await UserRegistry.OpenAsync(host, how, host == plainHost, time, cancellationToken);
            _open.Add(host, registry);
        }

        return registry;
    }

    public void Dispose()
    {
        foreach (var registry in _open.Values)
        {
            registry.Dispose();
        }
    }
}
