using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Cluster;
using GemmaOperator.Registry.References;
using k8s.Models;
using LocalCluster.Nodes;
using Quickstart.Manifests;
using StandIns;

namespace Quickstart.World;

/// <summary>
/// Puts in place what GemmaBaseImages take from elsewhere: stand-ins for images and servers, node labels, GPUs.
/// </summary>
internal sealed class Seeding(LocalWorld world, EngineNode? engine)
{
    private readonly HashSet<string> _hosts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _pinned = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Namespace, string Label), SimulatedCheck> _checks = [];
    private readonly Dictionary<string, string> _labels = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _gpus = new(StringComparer.Ordinal);
    private readonly List<string> _images = [];
    private readonly HashSet<string> _real = new(StringComparer.Ordinal);

    /// <summary>Gets the registry hosts that the local one stands for.</summary>
    public IReadOnlyCollection<string> Hosts => _hosts;

    /// <summary>Gets the references whose digest only a stand-in has, and those stand-ins.</summary>
    public IReadOnlyDictionary<string, string> Pinned => _pinned;

    /// <summary>Gets the images that are stand-ins, as they are written.</summary>
    public IReadOnlyList<string> Images => _images;

    /// <summary>Seeds for one object, whose spec the API server has taken.</summary>
    public async Task SeedAsync(ManifestObject of, GemmaBaseImageSpec spec, CancellationToken cancellationToken)
    {
        _checks[(of.Namespace, ObjectName.LabelValue(of.Name))] = new SimulatedCheck(
            spec.Base.Pytorch ?? "2.10.0",
            spec.Base.Cuda ?? "12.8"
        );
        world.Runner.Ending = Answer;
        if (DeclaredBase.Read(spec.Base).TryGet(out var declared))
        {
            var repository = declared.Reference.Repository;
            _hosts.Add(repository.Host);
            var (path, tag) = ($"{repository.Host}/{repository.Path}", Tag(declared.Reference));
            var own = ImageReference.Parse($"{world.Registry.Host}/{path}:{tag}");
            if (
                await (engine?.PushAsync(declared, own, cancellationToken) ?? Task.FromResult<string?>(null)) is
                { } real
            )
            {
                _real.Add(declared.Text);
                Pin(declared.Text, declared.Reference, real);
            }
            else
            {
                Pin(declared.Text, declared.Reference, await world.Images.BaseAsync(path, tag, cancellationToken));
            }
        }

        if (spec.Rollout.Mode == RolloutMode.Managed)
        {
            await ServeAsync(spec.Rollout, cancellationToken);
        }

        foreach (var (name, value) in spec.Build.NodeSelector)
        {
            _labels[name] = value;
        }
    }

    /// <summary>Makes the node fit for all that was seeded; returns what is said of it.</summary>
    public async Task<IReadOnlyList<string>> FitNodeAsync(CancellationToken cancellationToken)
    {
        await world.FitNodeAsync(_labels, _gpus, cancellationToken);
        return
        [
            .. _gpus.Where(g => g.Value > 0).Select(g => $"{g.Value} {g.Key}"),
            .. _labels.Select(l => $"the label {l.Key}={l.Value}"),
        ];
    }

    private async Task ServeAsync(RolloutSpec rollout, CancellationToken cancellationToken)
    {
        var server = rollout.Server;
        if (server.Image is { Length: > 0 } image)
        {
            if (ImageReference.TryParse(image, out var reference, out _))
            {
                // Its host becomes a part of the path there.
                var path = $"{world.Registry.Host}/{image}";
                var own = ImageReference.Parse(path).Repository.Path;
                Pin(
                    image,
                    reference,
                    await world.Images.ServerAsync(own, Tag(reference), StandInImages.WeightLabels, cancellationToken)
                );
            }
        }
        else
        {
            await world.Images.ServerAsync(
                LocalWorld.DefaultServer,
                "latest",
                StandInImages.WeightLabels,
                cancellationToken
            );
        }

        foreach (var (name, value) in server.NodeSelector.Concat(Required(server.Affinity?.NodeAffinity)))
        {
            _labels[name] = value;
        }

        var pods = server.Replicas + (rollout.Strategy == RolloutStrategy.Surge ? 1 : 0);
        _gpus[server.Gpu.ResourceName] = _gpus.GetValueOrDefault(server.Gpu.ResourceName) + (pods * server.Gpu.Count);
    }

    /// <summary>Returns labels of a node that the first of the required terms allows.</summary>
    private static IEnumerable<KeyValuePair<string, string>> Required(V1NodeAffinity? affinity) =>
        affinity
            ?.RequiredDuringSchedulingIgnoredDuringExecution?.NodeSelectorTerms.FirstOrDefault()
            ?.MatchExpressions?.Where(e => e.OperatorProperty is "In" or "Exists")
            .Select(e => KeyValuePair.Create(e.Key, e.Values?.FirstOrDefault() ?? "true"))
        ?? [];

    private ContainerResult? Answer(ContainerSpec container) =>
        _checks
            .GetValueOrDefault(
                (container.Namespace, container.Labels.GetValueOrDefault(ApiGroup.ImageLabel, "")),
                _checks.Values.First()
            )
            .Answer(container);

    private void Pin(string text, ImageReference reference, string digest)
    {
        if (!_real.Contains(text))
        {
            _images.Add(text);
        }

        if (reference.Digest is not null)
        {
            _pinned[text] = $"{text[..text.IndexOf('@', StringComparison.Ordinal)]}@{digest}";
        }
    }

    private static string Tag(ImageReference reference) => reference.Tag?.ToString() ?? "latest";
}
