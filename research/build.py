import pandas as pd, numpy as np, time
t=time.time()
raw=pd.read_csv('/work/shared/data/fdh_raw.csv.gz',parse_dates=['TX_DATETIME']).sort_values(['TX_DATETIME','TRANSACTION_ID'],kind='stable').reset_index(drop=True)
print(len(raw),time.time()-t)
raw['TX_DURING_WEEKEND']=(raw.TX_DATETIME.dt.weekday>=5).astype(int)
raw['TX_DURING_NIGHT']=(raw.TX_DATETIME.dt.hour<=6).astype(int)
def cust(g):
    g=g.sort_values('TX_DATETIME'); s=pd.Series(g.TX_AMOUNT.values,index=g.TX_DATETIME)
    o={}
    for w in (1,7,30):
        r=s.rolling(f'{w}D'); S=r.sum().values; N=r.count().values
        o[f'CUSTOMER_ID_NB_TX_{w}DAY_WINDOW']=N; o[f'CUSTOMER_ID_AVG_AMOUNT_{w}DAY_WINDOW']=S/N
    return pd.DataFrame(o,index=g.index)
def term(g):
    g=g.sort_values('TX_DATETIME'); s=pd.Series(g.TX_FRAUD.values.astype(float),index=g.TX_DATETIME)
    r=s.rolling('7D'); F0=r.sum().values; N0=r.count().values
    o={}
    for w in (1,7,30):
        r=s.rolling(f'{7+w}D'); F=r.sum().values-F0; N=r.count().values-N0
        o[f'TERMINAL_ID_NB_TX_{w}DAY_WINDOW']=N; o[f'TERMINAL_ID_RISK_{w}DAY_WINDOW']=np.where(N>0,F/np.maximum(N,1),0)
    return pd.DataFrame(o,index=g.index)
c=pd.concat([cust(g) for _,g in raw.groupby('CUSTOMER_ID',sort=False)])
print(time.time()-t)
m=pd.concat([term(g) for _,g in raw.groupby('TERMINAL_ID',sort=False)])
print(time.time()-t)
d=raw.join(c).join(m)
d.to_pickle('full.pkl'); print(time.time()-t)
ref=pd.read_csv('/work/shared/data/fdh_transformed.csv.gz')
j=ref.merge(d,on='TRANSACTION_ID',suffixes=('_r',''))
print(len(ref),len(j))
for k in ref.columns:
    if k+'_r' in j and k!='TX_DATETIME': print(k,np.abs(j[k+'_r']-j[k]).max(), (np.abs(j[k+'_r']-j[k])>1e-9).sum())
