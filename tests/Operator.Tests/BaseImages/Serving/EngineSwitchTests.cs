using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Engines;
using GemmaOperator.Api.Models;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Serving;
using Operator.Tests.Api.Validation;
using static Operator.Tests.BaseImages.Serving.RolloutWorld;

namespace Operator.Tests.BaseImages.Serving;

/// <summary>An image is served with settings of the engine that it was made for, and with no others.</summary>
internal sealed class EngineSwitchTests
{
    private const string ModelWords = "Asking which weights hub:google/gemma-3-1b-it@main stands for";

    [Test]
    public void Until_an_image_of_the_new_engine_is_there_the_present_one_serves_as_it_did()
    {
        var world = Switched();
        Assert.That((world.Step(), EngineOf(world)), Is.EqualTo((Old, (string?)null)));
    }

    [Test]
    public void The_new_image_brings_the_new_engine()
    {
        var world = Switched().With(2, Inputs(ServerEngine.VLLM));
        Assert.That((world.Step()!.Build, EngineOf(world)), Is.EqualTo(("gemma-b2", "VLLM")));
        Prove(world);
        Assert.That(world.Status.ServingImage!.Build, Is.EqualTo("gemma-b2"));
    }

    [Test]
    public void One_that_fails_goes_back_with_its_settings_and_is_not_tried_again()
    {
        var world = Switched().With(2, Inputs(ServerEngine.VLLM));
        world.Step();
        world.CarryOut(available: 0, restarts: 3).Step();
        for (var i = 0; i < 3; i++)
        {
            Assert.That((world.Step(), EngineOf(world)), Is.EqualTo((Old, (string?)null)));
            world.CarryOut();
        }
    }

    [Test]
    public void The_next_image_of_that_engine_is_tried_and_those_before_it_are_not()
    {
        var world = Switched().With(2, Inputs(ServerEngine.VLLM));
        world.Step();
        world.CarryOut(available: 0, restarts: 3).Step();
        world.Step();
        world.CarryOut();
        world.With(3, Inputs(ServerEngine.VLLM));
        Assert.That((world.Step()!.Build, EngineOf(world)), Is.EqualTo(("gemma-b3", "VLLM")));
        world.CarryOut(available: 0, restarts: 3).Step();
        Assert.That((world.Step(), EngineOf(world)), Is.EqualTo((Old, (string?)null)), "and not gemma-b2 again");
    }

    [Test]
    public void Mended_settings_try_the_image_again()
    {
        var world = Switched().With(2, Inputs(ServerEngine.VLLM));
        world.Step();
        world.CarryOut(available: 0, restarts: 3).Step();
        world.Step();
        world.CarryOut().Step();
        world.Edit(r => r with { Server = r.Server with { Vllm = new VllmSpec { Args = ["--max-model-len=1024"] } } });
        Assert.That((world.Step()!.Build, EngineOf(world)), Is.EqualTo(("gemma-b2", "VLLM")));
    }

    [Test]
    public void The_way_back_to_the_built_in_server_is_the_same()
    {
        var world = Switched().With(2, Inputs(ServerEngine.VLLM));
        world.Step();
        Prove(world);
        var vllm = world.Status.ServingImage;
        world.Edit(r => r with { Server = r.Server with { Engine = ServerEngine.Builtin } });
        Assert.That((world.Step(), EngineOf(world)), Is.EqualTo((vllm, "VLLM")));
        world.With(3, A.Inputs());
        Assert.That((world.Step()!.Build, EngineOf(world)), Is.EqualTo(("gemma-b3", (string?)null)));
    }

    [Test]
    public void A_pinned_build_of_another_engine_is_refused_by_its_field()
    {
        var world = Switched().With(2, Inputs(ServerEngine.VLLM));
        world.Step();
        Prove(world);
        world.Edit(r => r with { PinnedBuild = "gemma-b1" }).Step();
        var hold = (RolloutDecision.Hold)world.Decision;
        Assert.That(hold.IsRefused);
        Assert.That(
            hold.Message,
            Does.StartWith("spec.rollout.pinnedBuild: ").And.Contain("wasn't made for the engine VLLM")
        );
        world.Edit(r => r with { Server = r.Server with { Engine = ServerEngine.Builtin } });
        Assert.That((world.Step(), EngineOf(world)), Is.EqualTo((Old, (string?)null)), "the remedy works");
    }

    [Test]
    public void A_pinned_build_of_the_asked_engine_whose_weights_are_awaited_is_not_refused()
    {
        var world = Switched().With(2, Inputs(ServerEngine.VLLM));
        world
            .Edit(r =>
                r with
                {
                    PinnedBuild = "gemma-b2",
                    Server = r.Server with
                    {
                        Model = new ModelSpec
                        {
                            Hub = new ModelHubSpec
                            {
                                Repository = "google/gemma-3-1b-it",
                                Storage = new ModelStorageSpec { Size = "10Gi" },
                            },
                        },
                    },
                }
            )
            .Step();
        var hold = (RolloutDecision.Hold)world.Decision;
        Assert.That((hold.IsRefused, hold.Message), Is.EqualTo((false, ModelWords)));
    }

    [Test]
    public void Between_engines_that_the_base_has_the_image_must_have_been_proved_for_the_new_one()
    {
        var world = Switched().With(2, Inputs(ServerEngine.VLLM));
        world.Step();
        Prove(world);
        var vllm = world.Status.ServingImage;
        world.Edit(r =>
            r with
            {
                Server = r.Server with { Engine = ServerEngine.Custom, Custom = EngineMistakes.Custom },
            }
        );
        Assert.That((world.Step(), EngineOf(world)), Is.EqualTo((vllm, "VLLM")));
        world.With(3, Inputs(ServerEngine.Custom));
        Assert.That((world.Step()!.Build, EngineOf(world)), Is.EqualTo(("gemma-b3", "Custom")));
    }

    private static RolloutWorld Switched()
    {
        var world = new RolloutWorld(r => r).Serving(Old);
        world.Step();
        return world.Edit(r => r with { Server = r.Server with { Engine = ServerEngine.VLLM } });
    }

    private static void Prove(RolloutWorld world)
    {
        world.CarryOut().Step();
        world.Wait(TimeSpan.FromHours(1)).Step();
        world.Step();
    }

    private static BuildRequest.Known Inputs(ServerEngine engine)
    {
        var known = A.Inputs(publish: engine.ToString());
        return known with
        {
            Template = known.Template with { Application = new ApplicationTemplate { Engine = engine } },
        };
    }

    private static string? EngineOf(RolloutWorld world) =>
        world.Desired.Spec.Template.Metadata.Annotations?.TryGetValue(ApiGroup.EngineAnnotation, out var engine) == true
            ? engine
            : null;
}
