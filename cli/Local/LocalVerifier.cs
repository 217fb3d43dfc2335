using System.Globalization;
using Docker.DotNet;
using Docker.DotNet.Models;
using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Steps.Verify;
using GemmaOperator.Text;
using KubectlGemma.Local.Engines;
using KubectlGemma.Output;

namespace KubectlGemma.Local;

/// <summary>Runs the operator's check in a local image.</summary>
internal sealed class LocalVerifier(Engine engine, TimeProvider time)
{
    public async Task<LocalVerification> VerifyAsync(
        GemmaBuild build,
        ImageInspectResponse image,
        string network,
        CancellationToken cancellationToken
    )
    {
        var template = build.Spec!.Template;
        if (template.Verification is not { } asked)
        {
            return LocalVerification.Not("spec.verification asks for none");
        }

        var verification = asked with { PullTest = asked.PullTest with { RequireGPU = false }, Gpu = null };
        var user = image.Config?.User ?? "";
        var looked = ImageUserRule.Judge(verification, user);
        if (looked.Failure is { } asRoot)
        {
            return new LocalVerification(looked.Status, asRoot.Failure.Message, null, null, TimeSpan.Zero);
        }

        if (!verification.PullTest.Enabled)
        {
            return LocalVerification.Not("spec.verification.pullTest.enabled is false");
        }

        var began = time.GetTimestamp();
        using var limit = new CancellationTokenSource(verification.PullTest.Timeout.Span, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            await using var container = await engine.CreateAsync(
                CheckRecipe.For(build, image.ID, verification, network),
                both.Token
            );
            await container.StartAsync(both.Token);
            var code = await container.WaitAsync(both.Token);
            var (output, errors) = await container.OutputAsync(both.Token);
            var took = time.GetElapsedTime(began);
            return code == 0
                ? CheckRecipe.Judge(template, verification, image.ID, user, output, took)
                : Wrong(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"the check inside it ended with exit code {code}: {LastOf(errors)}"
                    ),
                    took
                );
        }
        catch (CliException e) when (e.InnerException is DockerApiException)
        {
            return Wrong($"the check can't be started in it: {e.Message}", time.GetElapsedTime(began));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Wrong(
                $"the check took longer than spec.verification.pullTest.timeout, {verification.PullTest.Timeout}",
                time.GetElapsedTime(began)
            );
        }
    }

    private static LocalVerification Wrong(string problem, TimeSpan took) => new(null, problem, null, null, took);

    private static string LastOf(string errors) =>
        EngineFailure.Tidy(MaskedLog.Of(errors).Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault());
}
