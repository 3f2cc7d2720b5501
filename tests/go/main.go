// Command go calls a running server through the generated stubs and grpc-go: a list, an error with its
// reason, the first response of a watch. Usage: go run . HOST:PORT TOKEN
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	meshv1 "meshwork.dev/gen/go/mesh/v1"
)

func main() {
	log.SetFlags(0)
	connection, err := grpc.NewClient(os.Args[1], grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		log.Fatal(err)
	}
	defer connection.Close()
	agents := meshv1.NewAgentServiceClient(connection)
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	ctx = metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+os.Args[2])

	listed, err := agents.ListAgents(ctx, &meshv1.ListAgentsRequest{MeshId: "demo"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("agents:", listed.GetAgents()[0].GetAgentId())

	_, err = agents.GetAgent(ctx, &meshv1.GetAgentRequest{MeshId: "demo", AgentId: "nobody"})
	refusal := status.Convert(err)
	for _, detail := range refusal.Details() {
		if info, ok := detail.(*errdetails.ErrorInfo); ok {
			fmt.Println("refused:", refusal.Code(), info.GetReason())
		}
	}

	watch, err := agents.WatchAgents(ctx, &meshv1.WatchAgentsRequest{MeshId: "demo"})
	if err != nil {
		log.Fatal(err)
	}
	first, err := watch.Recv()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("watched:", first.GetChanges()[0].GetAgent().GetAgentId())
}
