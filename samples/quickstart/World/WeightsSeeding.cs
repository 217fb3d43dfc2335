using System.Text;
using GemmaOperator.Api.Models;
using GemmaOperator.Hub;
using GemmaOperator.Registry.References;
using k8s.Models;
using Quickstart.Manifests;
using StandIns.Hub;

namespace Quickstart.World;

/// <summary>
/// Puts in place where GemmaBaseImages have their weights from: a hub with a stand-in of each repository, tokens,
/// claims and images that nobody has made on this machine.
/// </summary>
internal sealed class WeightsSeeding(LocalWorld world, HubStandIn hub)
{
    /// <summary>Names the StorageClass of this cluster: its default one.</summary>
    private const string Class = "standard";

    private readonly List<string> _notes = [];

    /// <summary>Gets what stands for what, for people.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>Gets the hub of specs that name none.</summary>
    public HubEndpoint Endpoint => HubEndpoint.Parse(hub.Endpoint.ToString());

    /// <summary>Makes the cluster's default StorageClass.</summary>
    public async Task StartAsync(CancellationToken cancellationToken) =>
        await world.Api.ApplyAsync(
            new V1StorageClass
            {
                ApiVersion = "storage.k8s.io/v1",
                Kind = "StorageClass",
                Metadata = new V1ObjectMeta
                {
                    Name = Class,
                    Annotations = new Dictionary<string, string>(StringComparer.Ordinal)
                    {
                        ["storageclass.kubernetes.io/is-default-class"] = "true",
                    },
                },
                Provisioner = "disk.simulated.example",
                VolumeBindingMode = "Immediate",
            },
            cancellationToken
        );

    /// <summary>Seeds for one object's model; what the manifest itself brings is left to it.</summary>
    public async Task SeedAsync(
        ManifestObject of,
        ModelSpec model,
        Func<string, string, bool> isInManifest,
        CancellationToken cancellationToken
    )
    {
        if (model.Hub is { } source)
        {
            hub.Repository(source.Repository).Commit(source.Revision, StandInWeights.Of(source.Repository));
            _notes.Add(
                $"the hub is one of this machine's, with a stand-in of {source.Repository}, and its fetch is simulated"
            );
            if (source.TokenSecretRef is { } token && !isInManifest("Secret", token.Name))
            {
                await MakeTokenAsync(of.Namespace, token, cancellationToken);
                _notes.Add($"secret/{token.Name} holds a made-up token");
            }
        }

        if (model.Image is { } image && ImageReference.TryParse(image.Reference, out var reference, out _))
        {
            var path = ImageReference.Parse($"{world.Registry.Host}/{image.Reference}").Repository.Path;
            await world.Images.BaseAsync(path, reference.Tag?.ToString() ?? "latest", cancellationToken);
            _notes.Add($"{image.Reference} is a stand-in");
        }

        if (model.ExistingClaim is { Length: > 0 } claim && !isInManifest("PersistentVolumeClaim", claim))
        {
            await MakeClaimAsync(of.Namespace, claim, cancellationToken);
            _notes.Add($"persistentvolumeclaim/{claim} is an empty one");
        }
    }

    private async Task MakeTokenAsync(string ns, SecretKeyReference token, CancellationToken cancellationToken) =>
        await world.Api.ApplyAsync(
            new V1Secret
            {
                ApiVersion = "v1",
                Kind = "Secret",
                Metadata = new V1ObjectMeta { Name = token.Name, NamespaceProperty = ns },
                Data = new Dictionary<string, byte[]>(StringComparer.Ordinal)
                {
                    [token.Key] = Encoding.UTF8.GetBytes("hf_quickstart"),
                },
            },
            cancellationToken
        );

    private async Task MakeClaimAsync(string ns, string name, CancellationToken cancellationToken) =>
        await world.Api.ApplyAsync(
            new V1PersistentVolumeClaim
            {
                ApiVersion = "v1",
                Kind = "PersistentVolumeClaim",
                Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = ns },
                Spec = new V1PersistentVolumeClaimSpec
                {
                    AccessModes = ["ReadWriteOnce"],
                    StorageClassName = Class,
                    Resources = new V1VolumeResourceRequirements
                    {
                        Requests = new Dictionary<string, ResourceQuantity>(StringComparer.Ordinal)
                        {
                            ["storage"] = new("1Gi"),
                        },
                    },
                },
            },
            cancellationToken
        );
}
