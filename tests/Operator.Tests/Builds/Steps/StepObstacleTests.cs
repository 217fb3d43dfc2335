using GemmaOperator.Builds.Steps;
using GemmaOperator.Registry.Answers;

namespace Operator.Tests.Builds.Steps;

/// <summary>Field 34: what a refusal leads to speaks of the repository that was asked.</summary>
public sealed class StepObstacleTests
{
    [TestCase(RegistryError.NotFound, "PushFailed")]
    [TestCase(RegistryError.Denied, "AuthenticationFailed")]
    public void A_refusal_blames_the_repository_of_its_own_field(object error, string reason)
    {
        var refused = new RegistryException(
            (RegistryError)error,
            "HTTP 404; spec.rollout.server.repository (r/x-service): create it"
        )
        {
            Field = "spec.rollout.server.repository",
        };
        var failure = ((StepObstacle.Impossible)StepObstacle.Of(refused)).Failure;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(failure.Reason.Name, Is.EqualTo(reason));
            Assert.That(
                failure.Failure.Message,
                Does.EndWith("create it. The repository that was asked is the one of spec.rollout.server.repository.")
            );
            Assert.That(failure.Failure.Message, Does.Not.Contain("spec.output"));
        }
    }

    [Test]
    public void A_refusal_of_no_field_keeps_the_advice_of_its_reason() =>
        Assert.That(
            ((StepObstacle.Impossible)StepObstacle.Of(new RegistryException(RegistryError.Invalid, "odd")))
                .Failure
                .Failure
                .Message,
            Does.EndWith("Check that spec.output.repository can be reached and takes images.")
        );
}
