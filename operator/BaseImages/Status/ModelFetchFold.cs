using GemmaOperator.Api.Models;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Models;
using GemmaOperator.BaseImages.Weights;
using GemmaOperator.Cluster;

namespace GemmaOperator.BaseImages.Status;

/// <summary>Folds how the weights come into the pods, and how far their fetch is, into <c>status.model</c>.</summary>
internal static class ModelFetchFold
{
    /// <param name="model">What is known of the weights; null without a source.</param>
    /// <param name="s">What was observed.</param>
    /// <param name="outcome">What the decisions led to.</param>
    public static ModelStatus? Fold(ModelStatus? model, ImageSnapshot s, ImageOutcome outcome)
    {
        if (model is null)
        {
            return null;
        }

        var state = FetchPolicy.Judge(s);
        return model with
        {
            Claim = s.Model is DeclaredModel.InClaim own ? own.Claim : ClaimOf(state),
            Delivery = DeliveryOf(s, outcome),
            Fetch = FetchOf(s, state),
            SizeBytes = state is FetchState.Fetched fetched ? fetched.Bytes : model.SizeBytes,
        };
    }

    private static string? ClaimOf(FetchState state) =>
        state switch
        {
            FetchState.Due due => due.Claim,
            FetchState.Pausing pausing => pausing.Claim,
            FetchState.Running running => running.Claim,
            FetchState.Failed failed => failed.Claim,
            FetchState.Arrived arrived => arrived.Claim.Metadata.Name,
            FetchState.Fetched fetched => fetched.Claim.Metadata.Name,
            _ => null,
        };

    /// <summary>A refused image volume is remembered, as long as the source stays the same.</summary>
    private static WireEnum<ModelDelivery> DeliveryOf(ImageSnapshot s, ImageOutcome outcome)
    {
        if (outcome.ImageVolumeRefused)
        {
            return ModelDelivery.InitContainer;
        }

        return ModelMountPolicy.Decide(s)?.Delivery is { } delivery ? delivery
            : s.Model is DeclaredModel.OnHub { Storage: not null } ? ModelDelivery.Claim
            : default(WireEnum<ModelDelivery>);
    }

    private static ModelFetchStatus? FetchOf(ImageSnapshot s, FetchState state)
    {
        var before = ClaimOf(state) is { } claim && s.Status.Model?.Claim == claim ? s.Status.Model.Fetch : null;
        var attempts = before?.Attempts ?? 0;
        return state switch
        {
            FetchState.Due => new ModelFetchStatus
            {
                Stage = ModelFetchStage.Pending,
                TotalBytes = s.KnownModel?.SizeBytes,
                Attempts = attempts,
                Reason = before?.Reason,
                Message = before?.Message,
            },
            FetchState.Pausing => before,
            FetchState.Running running => new ModelFetchStatus
            {
                Stage = ModelFetchStage.Fetching,
                Job = running.Job.Metadata.Name,
                Bytes = s.Weights.Progress?.Bytes ?? before?.Bytes,
                TotalBytes = s.Weights.Progress?.TotalBytes ?? s.KnownModel?.SizeBytes,
                Attempts = attempts,
                Reason = before?.Reason,
                Message = before?.Message,
            },
            FetchState.Failed failed => new ModelFetchStatus
            {
                Stage = failed.Report.MayPass ? ModelFetchStage.Pending : ModelFetchStage.Failed,
                Job = failed.Job.Metadata.Name,
                Bytes = before?.Bytes,
                TotalBytes = before?.TotalBytes,
                Attempts = failed.Attempt,
                RetryAt = Conditions.WholeSeconds(
                    s.Now + FetchPolicy.PauseAfter(failed.Attempt, failed.Report.MayPass)
                ),
                Reason = failed.Report.Reason,
                Message = failed.Report.Message,
            },
            FetchState.Arrived arrived => Whole(before, arrived.Bytes),
            FetchState.Fetched fetched => Whole(before, fetched.Bytes),
            _ => null,
        };
    }

    private static ModelFetchStatus Whole(ModelFetchStatus? before, long bytes) =>
        new()
        {
            Stage = ModelFetchStage.Fetched,
            Job = before?.Job,
            Bytes = bytes,
            TotalBytes = bytes,
        };
}
