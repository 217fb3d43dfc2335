using GemmaOperator.Hosting;

return await CommandLine.RunAsync(args, OperatorProgram.RunAsync);
