using System.ClientModel;
using Inference.Tests.Engine;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Responses;

// Its author may still change how responses are asked for.
#pragma warning disable OPENAI001

namespace Inference.Tests.Api;

/// <summary>The official client against the running server: what it parses is the contract.</summary>
[TestFixture]
internal sealed class OpenAiClientTests : ServedTests
{
    [Test]
    public async Task A_chat_is_answered_with_usage_and_a_reason()
    {
        var answer = (await Chat().CompleteChatAsync([new UserChatMessage("water and stone")], Options(8))).Value;
        Assert.That(answer.FinishReason, Is.EqualTo(ChatFinishReason.Length));
        Assert.That(answer.Usage.OutputTokenCount, Is.EqualTo(8));
        Assert.That(answer.Usage.TotalTokenCount, Is.EqualTo(answer.Usage.InputTokenCount + 8));
        Assert.That(answer.Role, Is.EqualTo(ChatMessageRole.Assistant));
        Assert.That(answer.Content[0].Text, Is.Not.Empty);
    }

    [Test]
    public async Task A_stream_adds_up_to_the_whole_answer()
    {
        var whole = (await Chat().CompleteChatAsync([new UserChatMessage("river")], Options(24))).Value;
        var (text, last, usage) = ("", (ChatFinishReason?)null, 0);
        await foreach (var update in Chat().CompleteChatStreamingAsync([new UserChatMessage("river")], Options(24)))
        {
            text += string.Concat(update.ContentUpdate.Select(part => part.Text));
            last = update.FinishReason ?? last;
            usage = update.Usage?.OutputTokenCount ?? usage;
        }

        Assert.That(text, Is.EqualTo(whole.Content[0].Text));
        Assert.That(last, Is.EqualTo(ChatFinishReason.Length));
        Assert.That(usage, Is.EqualTo(24), "the client asks for include_usage");
    }

    [Test]
    public async Task Log_probabilities_come_with_each_token()
    {
        var options = Options(5);
        options.IncludeLogProbabilities = true;
        options.TopLogProbabilityCount = 2;
        var answer = (await Chat().CompleteChatAsync([new UserChatMessage("light")], options)).Value;
        Assert.That(answer.ContentTokenLogProbabilities, Has.Count.EqualTo(5));
        Assert.That(answer.ContentTokenLogProbabilities[0].TopLogProbabilities, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task An_answer_is_held_to_a_schema()
    {
        var options = Options(200);
        options.ResponseFormat = ChatResponseFormat.CreateJsonSchemaFormat(
            "pet",
            BinaryData.FromString(
                """
                {"type":"object","required":["pet"],"additionalProperties":false,"properties":{"pet":{"oneOf":[
                    {"type":"object","required":["kind","code"],"additionalProperties":false,
                     "properties":{"kind":{"const":"cat"},"code":{"type":"string","pattern":"^[A-Z]{2}$"}}},
                    {"type":"object","required":["kind","age"],"additionalProperties":false,
                     "properties":{"kind":{"const":"dog"},"age":{"type":"integer","minimum":0,"maximum":20}}}]}}}
                """
            ),
            jsonSchemaIsStrict: true
        );
        var answer = (await Chat().CompleteChatAsync([new UserChatMessage("which?")], options)).Value;
        Assert.That(answer.FinishReason, Is.EqualTo(ChatFinishReason.Stop));
        Assert.That(answer.Content[0].Text, Does.Match("^\\s*\\{.*(\"cat\".*\"[A-Z]{2}\"|\"dog\".*[0-9]).*\\}\\s*$"));
    }

    [Test]
    public async Task A_response_and_its_stream_say_the_same()
    {
        var client = Client().GetResponsesClient();
        var whole = (await client.CreateResponseAsync(Asked())).Value;
        var streaming = Asked();
        streaming.StreamingEnabled = true;
        var text = "";
        await foreach (var update in await client.CreateResponseStreamingAsync(streaming))
        {
            text += (update as StreamingResponseOutputTextDeltaUpdate)?.Delta;
        }

        Assert.That(text, Is.Not.Empty.And.EqualTo(whole.GetOutputText()));
        Assert.That(whole.Usage.OutputTokenCount, Is.EqualTo(12));
        Assert.That(whole.Usage.OutputTokenDetails.ReasoningTokenCount, Is.Zero);

        static CreateResponseOptions Asked() =>
            new(TinyServer.Model, [ResponseItem.CreateUserMessageItem("river")])
            {
                MaxOutputTokenCount = 12,
                Temperature = 0,
            };
    }

    [Test]
    public async Task An_error_reaches_the_client_as_its_own_exception()
    {
        var options = Options(8);
        options.Temperature = -1;
        var error = await Assert.ThrowsAsync<ClientResultException>(async () =>
            await Chat().CompleteChatAsync([new UserChatMessage("x")], options)
        );
        Assert.That(error!.Status, Is.EqualTo(400));
        Assert.That(error.Message, Does.Contain("temperature"));
    }

    [Test]
    public async Task The_model_is_listed()
    {
        var models = (await Client().GetOpenAIModelClient().GetModelsAsync()).Value;
        Assert.That(models.Select(model => model.Id), Is.EqualTo(new[] { TinyServer.Model }));
    }

    private static ChatCompletionOptions Options(int tokens) => new() { MaxOutputTokenCount = tokens, Temperature = 0 };

    private ChatClient Chat() => Client().GetChatClient(TinyServer.Model);

    private OpenAIClient Client() =>
        new(
            new ApiKeyCredential("none"),
            new OpenAIClientOptions
            {
                Endpoint = new Uri(Server.Client.BaseAddress!, "/v1"),
                RetryPolicy = new System.ClientModel.Primitives.ClientRetryPolicy(0),
            }
        );
}
