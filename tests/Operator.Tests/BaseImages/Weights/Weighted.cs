using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Models;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Models;
using GemmaOperator.Hub;
using Operator.Tests.Hub;

namespace Operator.Tests.BaseImages.Weights;

/// <summary>Builds objects that serve a model.</summary>
internal static class Weighted
{
    public const string Endpoint = "https://hub.example";

    public static GemmaBaseImage With(this GemmaBaseImage image, ModelSpec model) =>
        image with
        {
            Spec = image.Spec! with
            {
                Rollout = image.Spec.Rollout with { Server = image.Spec.Rollout.Server with { Model = model } },
            },
        };

    public static ModelSpec OnHub(string revision = "main", string? token = null) =>
        new()
        {
            Hub = new ModelHubSpec
            {
                Repository = HubServer.Repository,
                Revision = revision,
                Endpoint = Endpoint,
                TokenSecretRef = token is null ? null : new SecretKeyReference { Name = token },
            },
        };

    public static ModelSpec InImage(string reference, string secret = "") =>
        new()
        {
            Image = new ModelImageSpec
            {
                Reference = reference,
                PullSecretRef = secret.Length > 0 ? new() { Name = secret } : null,
            },
        };

    public static DeclaredModel Declared(this GemmaBaseImage image) =>
        DeclaredModel.Read(image.Spec!.Rollout.Server.Model, HubEndpoint.Default)!;

    /// <summary>Gathers what the gatherer would.</summary>
    public static ImageSnapshot Snapshot(GemmaBaseImage image, DateTime? now = null, BuildRequest? inputs = null) =>
        A.Snapshot(image.Knowing(1, now), inputs, now: now) with
        {
            Model = image.Declared(),
        };

    public static GemmaBaseImage Recording(this GemmaBaseImage image, ModelStatus model) =>
        image with
        {
            Status = (image.Status ?? new GemmaBaseImageStatus()) with { Model = model },
        };
}
