// The caller's own account: who, password, one-time codes.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { AuthService } from "@/gen/tradingd/v1/auth_pb";
import { useClient } from "@/lib/daemon";
import { newRequestId } from "@/lib/request-id";

/** Under the topic of logins and users, so that it is asked for again when one of them changes. */
const KEY = ["access", "who-am-i"];

export function useWhoAmI() {
  const client = useClient(AuthService);
  return useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => client.whoAmI({}, { signal }),
  });
}

export function useChangePassword() {
  const client = useClient(AuthService);
  return useMutation({
    mutationFn: ({ oldPassword, newPassword }: { oldPassword: string; newPassword: string }) =>
      client.changePassword({ oldPassword, newPassword, requestId: newRequestId() }),
  });
}

export function useEnrolTotp() {
  const client = useClient(AuthService);
  return useMutation({ mutationFn: () => client.enrolTotp({ requestId: newRequestId() }) });
}

export function useConfirmTotp() {
  const client = useClient(AuthService);
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (totpCode: string) => client.confirmTotp({ totpCode, requestId: newRequestId() }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: KEY }),
  });
}

export function useRemoveTotp() {
  const client = useClient(AuthService);
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => client.removeTotp({ requestId: newRequestId() }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: KEY }),
  });
}
